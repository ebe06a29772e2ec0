import type { ApproverHabit } from './approvers.ts';
import type { PlanChange } from './plans.ts';
import type { Stage } from './stage.ts';

/** A story, and how it ends when nothing of ours is broken. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** What the plan has to say for this story; undefined leaves it as it is. */
  readonly plan?: PlanChange;
  readonly approvers: ApproverHabit;
  /** The last states that are right. */
  readonly ends: readonly string[];
  /** `either`: as many as the ending that it comes to has. */
  readonly promotions: number | 'either';
  /** Whether a service is moved by plan in it: other invariants hold then. */
  readonly moves?: true;
  readonly act: (stage: Stage) => Promise<void>;
}
