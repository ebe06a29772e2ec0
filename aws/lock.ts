import { StaleEpochError } from '../core/errors.ts';
import type { Incident, Lock } from '../core/incident.ts';
import { write } from './dynamodb.ts';

/** The state machines run for 28 hours at most; a lock that is older belongs to a dead run. */
export const LOCK_SECONDS = 29 * 3600;

/** The key of a plan's lock. */
export const lockKey = (plan: string): Record<string, { S: string }> => ({
  pk: { S: `PLAN#${plan}` },
  sk: { S: 'LOCK' },
});

/** The write that takes a lock if it is still as it was seen. */
export function claimOf(incident: Incident, seen: Lock | undefined, expiresAt: string) {
  const { plan, epoch, id, planned } = incident;
  const values = {
    ...{ ':epoch': epoch, ':incidentId': id, ':open': 'open', ':expiresAt': expiresAt },
    ...{ ':plan': plan, ':planned': planned?.to },
    ...(seen === undefined ? {} : { ':seen': seen.epoch, ':status': seen.status }),
    // A promotion that was asked for since triage looked forbids the claim.
    ':promotedAt': seen?.promotedAt,
  };
  // An alarm that is declined has to know whether a failover or a planned run takes it along.
  const [set, removed] = planned === undefined ? ['', ', planned'] : [', planned = :planned', ''];
  return {
    Key: lockKey(plan),
    UpdateExpression:
      'SET epoch = :epoch, incidentId = :incidentId, #status = :open, ' +
      `expiresAt = :expiresAt, #plan = :plan${set} REMOVE closedAt, outcome, settlesAt${removed}`,
    ConditionExpression: seen === undefined ? 'attribute_not_exists(pk)' : asSeen(seen),
    ExpressionAttributeNames: { '#status': 'status', '#plan': 'plan' },
    ExpressionAttributeValues: write(values),
  };
}

/** The lock as triage saw it: the same epoch and status, and no promotion more than there was. */
function asSeen({ promotedAt }: Lock): string {
  const promoted =
    promotedAt === undefined ? 'attribute_not_exists(promotedAt)' : 'promotedAt = :promotedAt';
  return `epoch = :seen AND #status = :status AND ${promoted}`;
}

/**
 * Until when something may still land once an incident is closed: a change of its own, or one that the
 * incident before it left. Claiming takes that off the lock, so that the incident has to carry it.
 */
export function stillSettling(
  { settlesAt: carried }: Incident,
  own: string | undefined,
  now: string,
): string | undefined {
  if (carried === undefined || carried <= now) return own;
  return own === undefined || own < carried ? carried : own;
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
