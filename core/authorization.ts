import * as z from 'zod';
import type { DataLoss } from './data-loss.ts';
import type { Rule } from './rules.ts';
import type { Switch } from './triage.ts';
import { isRunning } from './triage.ts';
import type { Authorization } from './plan/authorization.ts';

/** What is known when the automation asks whether it may promote. */
export interface AuthorizationFacts {
  readonly verdict: 'confirmed' | 'undecided';
  readonly dataLoss: DataLoss;
  readonly rpoSeconds: number;
  readonly authorization: Pick<Authorization, 'mode' | 'unfenced'>;
  readonly killSwitch: Switch;
  readonly coolingDown: boolean;
  /** Each database that may not be promoted, with the reason; an empty list if all may. */
  readonly ineligible: readonly string[];
  readonly hasFence: boolean;
  /** What got worse since humans approved; undefined if nobody did. */
  readonly worseSinceApproval: readonly string[] | undefined;
}

/** `refuse` ends the run; `ask` needs a human who was shown the evidence. */
export type AuthorizationOutcome = 'automatic' | 'ask' | 'refuse';

/** Whether the promotion may happen: the first row that matches decides. */
export const authorizationRules: readonly Rule<AuthorizationFacts, AuthorizationOutcome>[] = [
  {
    id: 'paused',
    when: ({ killSwitch }) => !isRunning(killSwitch),
    then: 'refuse',
    why: 'The kill switch does not say that the automation may run.',
  },
  {
    id: 'cooling-down',
    when: ({ coolingDown }) => coolingDown,
    then: 'refuse',
    why: 'The plan is cooling down after a promotion.',
  },
  {
    id: 'replica-ineligible',
    when: ({ ineligible }) => ineligible.length > 0,
    then: 'refuse',
    why: 'A replica cannot be promoted.',
    detail: ({ ineligible }) => ineligible.join('; '),
  },
  {
    id: 'approval-outdated',
    when: ({ worseSinceApproval }) => (worseSinceApproval ?? []).length > 0,
    then: 'ask',
    why: 'The evidence changed since it was approved: the old votes do not count any more.',
    detail: ({ worseSinceApproval }) => (worseSinceApproval ?? []).join(' '),
  },
  {
    id: 'approved',
    when: ({ worseSinceApproval }) => worseSinceApproval !== undefined,
    then: 'automatic',
    why: 'It was approved on this evidence, which did not get worse since.',
  },
  {
    id: 'outage-undecided',
    when: ({ verdict }) => verdict !== 'confirmed',
    then: 'ask',
    why: 'The probes do not agree that the primary is down.',
  },
  {
    id: 'loss-unknown',
    when: ({ dataLoss }) => !dataLoss.known,
    then: 'ask',
    why: 'What would be lost is not known.',
    detail: ({ dataLoss }) => (dataLoss.known ? '' : dataLoss.reason),
  },
  {
    id: 'loss-above-rpo',
    // Not `>`: what is no number is not within the RPO either.
    when: ({ dataLoss, rpoSeconds }) => dataLoss.known && !(dataLoss.boundSeconds <= rpoSeconds),
    then: 'ask',
    why: 'More could be lost than the RPO allows.',
    detail: ({ dataLoss, rpoSeconds }) =>
      dataLoss.known ? `Up to ${dataLoss.boundSeconds} s; the RPO is ${rpoSeconds} s.` : '',
  },
  {
    id: 'no-fence-in-plan',
    when: ({ hasFence, authorization }) => !hasFence && authorization.unfenced.policy !== 'accept',
    then: 'ask',
    why: 'The plan names no fence, and nobody accepted that.',
  },
  {
    id: 'plan-wants-approval',
    when: ({ authorization }) => authorization.mode === 'approval',
    then: 'ask',
    why: 'The plan leaves every promotion to a human.',
  },
  {
    id: 'automatic',
    when: () => true,
    then: 'automatic',
    why: 'The outage is confirmed and the loss is within the RPO.',
    detail: ({ dataLoss, rpoSeconds }) =>
      dataLoss.known ? `At most ${dataLoss.boundSeconds} s of ${rpoSeconds} s.` : '',
  },
];

/** How sure it is that the old primary serves no writes. */
export const FenceGrade = z.enum(['confirmed', 'attempted', 'none']);
export type FenceGrade = z.infer<typeof FenceGrade>;

/** What is known once the fences were tried. */
export interface FenceFacts {
  readonly grade: FenceGrade;
  readonly unfenced: Authorization['unfenced'];
  /** A human approved in this incident after being shown what an unfenced primary means. */
  readonly approvedByHuman: boolean;
  /** Whether a service is moved by plan: what a plan accepts in an outage it does not accept then. */
  readonly isPlanned: boolean;
}

/** Whether the fence is good enough to promote. */
export const fenceRules: readonly Rule<FenceFacts, 'proceed' | 'ask' | 'refuse'>[] = [
  {
    id: 'fence-confirmed',
    when: ({ grade }) => grade === 'confirmed',
    then: 'proceed',
    why: 'The old primary is fenced, and a write through it is refused.',
  },
  {
    id: 'writes-not-held',
    when: ({ isPlanned }) => isPlanned,
    then: 'refuse',
    why: 'Writes are not known to be held, and a switchover promotes only behind a confirmed fence.',
    detail: ({ grade }) =>
      grade === 'none' ? 'No fence was reached.' : 'Nothing proves that each of them holds.',
  },
  {
    id: 'unfenced-refused-by-plan',
    when: ({ unfenced }) => unfenced.policy === 'refuse',
    then: 'refuse',
    why: 'The old primary could not be confirmed fenced, and the plan refuses to go on so.',
  },
  {
    id: 'unfenced-accepted-in-plan',
    when: ({ unfenced }) => unfenced.policy === 'accept',
    then: 'proceed',
    why: 'The old primary could not be confirmed fenced; that was accepted in the plan.',
    detail: ({ unfenced }) =>
      unfenced.policy === 'accept' ? `By ${unfenced.acceptedBy}: ${unfenced.because}` : '',
  },
  {
    id: 'unfenced-approved',
    when: ({ approvedByHuman }) => approvedByHuman,
    then: 'proceed',
    why: 'The old primary could not be confirmed fenced; the approval covers that.',
  },
  {
    id: 'unfenced-ask',
    when: () => true,
    then: 'ask',
    why: 'The old primary could not be confirmed fenced: a human must accept two possible writers.',
  },
];

/** The best of what several fences achieved: one that holds is enough. */
export function bestGrade(grades: readonly FenceGrade[]): FenceGrade {
  if (grades.includes('confirmed')) return 'confirmed';
  return grades.includes('attempted') ? 'attempted' : 'none';
}

/** What a fence achieved, and whether it names a write whose refusal would prove it. */
export interface TriedFence {
  readonly grade: FenceGrade;
  readonly isComplete: boolean;
  readonly isProvable: boolean;
}

/**
 * What fences achieved together where writes are held by plan. Everything is up there: a fence that
 * does not hold leaves a writer, however well another one does.
 */
export function heldGrade(fences: readonly TriedFence[]): FenceGrade {
  const best = bestGrade(fences.map(({ grade }) => grade));
  const isHeld = fences.every(
    ({ grade, isComplete, isProvable }) => isComplete && (grade === 'confirmed' || !isProvable),
  );
  return best === 'confirmed' && !isHeld ? 'attempted' : best;
}
