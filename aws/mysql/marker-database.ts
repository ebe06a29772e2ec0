/** What we keep on the writer's server: see `markers.ts`. It is never compared. */
export const MARKER_DATABASE = 'region_failover';
