import type { Plan } from '../../aws/plan.ts';

/** A change of a plan: what a scenario needs it to be. */
export type PlanChange = (plan: Plan) => Plan;

/** Every promotion is left to a human. */
export const asking: PlanChange = (plan) => ({
  ...plan,
  authorization: { ...plan.authorization, mode: 'approval' },
});

/** An old primary that cannot be confirmed fenced is a human's business too. */
export const askingUnfenced: PlanChange = (plan) => ({
  ...plan,
  authorization: { ...plan.authorization, unfenced: { policy: 'ask' } },
});

/** Nothing is promoted while the old primary cannot be confirmed fenced. */
export const refusingUnfenced: PlanChange = (plan) => ({
  ...plan,
  authorization: { ...plan.authorization, unfenced: { policy: 'refuse' } },
});

/** Deadlines long enough for durations as AWS has them. */
export const patient: PlanChange = (plan) => ({
  ...plan,
  databases: plan.databases.map((each) => ({ ...each, promotionDeadlineSeconds: 1800 })),
  compute: plan.compute.map((each) => ({ ...each, readyDeadlineSeconds: 900 })),
  traffic: plan.traffic.map((each) => ({ ...each, settleDeadlineSeconds: 600 })),
  verification: { ...plan.verification, deadlineSeconds: 600 },
});
