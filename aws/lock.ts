import { StaleEpochError } from '../core/errors.ts';
import type { Incident, Lock } from '../core/incident.ts';

/** The state machines run for 28 hours at most; a lock that is older belongs to a dead run. */
export const LOCK_SECONDS = 29 * 3600;

/** The key of a plan's lock. */
export const lockKey = (plan: string): Record<string, { S: string }> => ({
  pk: { S: `PLAN#${plan}` },
  sk: { S: 'LOCK' },
});

/** The lock as triage saw it: the same epoch and status, and no promotion more than there was. */
export function asSeen({ promotedAt }: Lock): string {
  const promoted =
    promotedAt === undefined ? 'attribute_not_exists(promotedAt)' : 'promotedAt = :promotedAt';
  return `epoch = :seen AND #status = :status AND ${promoted}`;
}

/** The condition that an incident holds the open lock, with its values. */
export function heldBy({ epoch, id }: Incident): {
  condition: string;
  values: Record<string, unknown>;
} {
  return {
    condition: 'epoch = :epoch AND incidentId = :incidentId AND #status = :open',
    values: { ':epoch': epoch, ':incidentId': id, ':open': 'open' },
  };
}

/** No promotion of the incident is asked for once it gave up. Holds where nobody ever did, too. */
export const NOT_ABANDONED = 'abandonedBy <> :incidentId';
/** The incident does not give up once it asked for a promotion. Holds where nobody ever did, too. */
export const NOT_ASKED = 'promotedBy <> :incidentId';

/** The error of a run that was overtaken, or that gave up. */
export function stale(incident: Incident): StaleEpochError {
  return new StaleEpochError(
    `Incident ${incident.id} (epoch ${incident.epoch}) does not hold plan ${incident.plan} any ` +
      'more, or has given up. Nothing was changed; look at the newest incident of this plan.',
  );
}
