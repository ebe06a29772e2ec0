import type { Lock } from '../core/incident.ts';

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
