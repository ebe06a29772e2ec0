import type { Plan } from '../plan.ts';
import type { ExplainedStep } from './steps.ts';

/**
 * The states in which the writes that a failover left behind are accounted for, with this plan's
 * values. Empty if the plan has no section reconciliation.
 */
export function explainReconciliation(plan: Plan): readonly ExplainedStep[] {
  const { reconciliation, regions, databases } = plan;
  if (reconciliation === undefined) return [];
  const { start, apply, renumber, mask, keepSlot } = reconciliation;
  const list = (items: readonly string[]): string => items.join(', ') || 'nothing';
  return [
    {
      state: 'OpenReconciliation',
      does:
        (start === 'automatic'
          ? 'The watch starts it once the old primary is back, fenced and kept; '
          : 'Somebody starts it; ') +
        `failover reconcile ${plan.name} does at any time. Declined while another run holds the plan.`,
    },
    {
      state: 'FenceOldPrimary',
      does: `Until each fence in ${regions.primary} was completed once.`,
    },
    {
      state: 'PreserveEvidence',
      does: `Until a snapshot is there of ${list(databases.map(({ source }) => source))}.`,
    },
    {
      state: 'CompareDatabases',
      does:
        'Reads both sides from the network of FAILOVER_SUBNETS (outside of every VPC where the stack ' +
        `has none), and writes a report; its page hides ${list(mask)}.`,
    },
    { state: 'RequestApproval', does: 'Always asks a human; nobody deciding means no.' },
    {
      state: 'ApplyDatabases',
      does:
        `On a yes: ${list(apply)}; new numbers for ${list(renumber)}. Everything else stays, lost ` +
        'inserts too where no slot explains them: a promotion restarts RDS, which makes them unclear. ' +
        (keepSlot ? 'The stack keeps a slot.' : 'The stack keeps no slot (keepSlot: false).'),
    },
    {
      state: 'CompareAgain',
      does: 'The account is closed only if nothing is missing any more; else people decide the rest.',
    },
  ];
}
