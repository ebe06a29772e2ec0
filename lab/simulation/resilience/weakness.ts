import type { Plan } from '../../../aws/plan.ts';
import type { ApproverHabit } from '../approvers.ts';
import type { Simulated } from '../simulate.ts';
import type { Stage } from '../stage.ts';
import type { Durations } from '../world/facts.ts';

/** Something about a plan that can go badly, and the story in which it does. */
export interface Weakness {
  readonly id: string;
  readonly applies: (plan: Plan) => boolean;
  /** What is weak, and what helps. */
  readonly what: string;
  readonly approvers: ApproverHabit;
  /** What the world takes longer for than a brisk one. */
  readonly durations?: (plan: Plan) => Partial<Durations>;
  readonly act: (stage: Stage) => Promise<void>;
  /** What bad thing happened in the run, in a sentence; undefined if it did not. */
  readonly shows: (run: Simulated) => string | undefined;
}

/** Written into the trace when two databases take writes at the same time. */
export const TWO_WRITERS = 'two databases take writes: the old primary and the new one';

/** Whether a run came to two writers. */
export function twoWriters({ ghost }: Simulated): string | undefined {
  return ghost.events.some((event) => event.kind === 'world' && event.what === TWO_WRITERS)
    ? 'Two databases take writes at the same time: what was written diverges.'
    : undefined;
}

/** Whether the promotion took effect, in words of its own. */
export function promoted(words: string): (run: Simulated) => string | undefined {
  return ({ ghost }) => (ghost.promotionsByWorkflow > 0 ? words : undefined);
}

/** Whether a run ended so, in words of its own. */
export function ended(
  pattern: RegExp,
  words: string,
): (run: Pick<Simulated, 'ends'>) => string | undefined {
  return ({ ends }) => (ends.some((end) => pattern.test(end)) ? words : undefined);
}
