import { voteRules } from '../../core/approval/count.ts';
import { judgeRules } from '../../core/approval/judge.ts';
import { authorizationRules, fenceRules } from '../../core/authorization.ts';
import { lastLookRules, outageRules } from '../../core/outage.ts';
import { promotionRules } from '../../core/promotion.ts';
import { triageRules } from '../../core/triage.ts';
import type { Plan } from '../plan.ts';
import { canBeConfirmed } from '../plan-rules/decisions.ts';

/** One row of a policy table, as this plan will meet it. */
interface ExplainedRow {
  readonly id: string;
  readonly outcome: string;
  readonly why: string;
  /** Why the row can never match for this plan; missing if it can. */
  readonly never?: string;
}

/** A policy table: the first row that matches decides. */
export interface ExplainedTable {
  readonly decision: string;
  readonly rows: readonly ExplainedRow[];
}

/** Every policy table in the order in which a failover asks them. */
export function explainTables(plan: Plan): readonly ExplainedTable[] {
  const never = findNever(plan);
  const table = (decision: string, rules: readonly AnyRule[]): ExplainedTable => ({
    decision,
    rows: rules.map(({ id, then, why }) => {
      const because = never.get(`${decision}/${id}`);
      return { id, outcome: then, why, ...(because === undefined ? {} : { never: because }) };
    }),
  });
  return [
    table('triage', triageRules),
    table('outage', outageRules),
    table('authorization', authorizationRules),
    table('question', judgeRules),
    table('vote', voteRules),
    table('fence', fenceRules),
    table('last look', lastLookRules),
    table('promotion', promotionRules),
  ];
}

interface AnyRule {
  readonly id: string;
  readonly then: string;
  readonly why: string;
}

/** Rows that can never match for this plan, as `table/row`, with the reason. */
function findNever(plan: Plan): ReadonlyMap<string, string> {
  const { mode, unfenced } = plan.authorization;
  const { policy } = unfenced;
  const hasFence = plan.fencing.length > 0;
  const asksWithoutFence = !hasFence && policy !== 'accept';
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['triage/alarm-without-plan', 'this plan names its alarms'],
    [
      'authorization/no-fence-in-plan',
      asksWithoutFence ? undefined : hasFence ? 'the plan names a fence' : 'it was accepted',
    ],
    [
      'authorization/plan-wants-approval',
      mode === 'automatic'
        ? 'the mode is automatic'
        : asksWithoutFence
          ? 'no-fence-in-plan matches before it'
          : undefined,
    ],
    [
      'authorization/automatic',
      mode === 'approval'
        ? 'the mode is approval'
        : asksWithoutFence
          ? 'the plan names no fence'
          : undefined,
    ],
    [
      'fence/fence-confirmed',
      plan.fencing.some(canBeConfirmed) ? undefined : 'no fence of the plan has a proof',
    ],
    ['fence/unfenced-refused-by-plan', unless('refuse', policy)],
    ['fence/unfenced-accepted-in-plan', unless('accept', policy)],
    ['fence/unfenced-approved', unless('ask', policy)],
    ['fence/unfenced-ask', alwaysApproved(plan) ?? unless('ask', policy)],
  ];
  return new Map(
    rows.flatMap(([row, because]) => (because === undefined ? [] : [[row, because] as const])),
  );
}

function unless(needed: string, policy: string): string | undefined {
  return policy === needed ? undefined : `unfenced is ${policy}`;
}

/** Where every promotion has an approval, the fence finds one. */
function alwaysApproved({ authorization, fencing }: Plan): string | undefined {
  const asks = authorization.mode === 'approval' || fencing.length === 0;
  return authorization.unfenced.policy === 'ask' && asks
    ? 'every promotion was approved by a human before'
    : undefined;
}
