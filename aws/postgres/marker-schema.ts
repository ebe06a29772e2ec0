/** What we keep in the writer's database: see `markers.ts`. It is never compared. */
export const MARKER_SCHEMA = 'region_failover';
