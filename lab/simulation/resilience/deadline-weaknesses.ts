import type { Plan } from '../../../aws/plan.ts';
import type { Durations } from '../world/facts.ts';
import { durationRows, quantileOf } from './durations.ts';
import { outage } from './stories.ts';
import type { Weakness } from './weakness.ts';
import { ended } from './weakness.ts';

/** What one in a hundred failovers takes longer than, in whole seconds. */
function slow(plan: Plan, key: keyof Durations): number {
  const row = durationRows(plan).find((each) => each.key === key);
  return row === undefined ? 0 : Math.ceil(quantileOf(row.spread, 0.99));
}

const failed = ended(
  /^FailoverFailed$/,
  'The run gives up at its deadline while the world would only have needed longer.',
);

/** Deadlines that are shorter than what one in a hundred failovers needs. */
export const deadlineWeaknesses: readonly Weakness[] = [
  {
    id: 'promotion-deadline-short',
    applies: (plan) =>
      plan.databases.some(
        ({ promotionDeadlineSeconds }) => promotionDeadlineSeconds < slow(plan, 'promotionSeconds'),
      ),
    what: 'One in a hundred promotions takes longer than promotionDeadlineSeconds. Raise it.',
    approvers: 'approve',
    durations: (plan) => ({ promotionSeconds: slow(plan, 'promotionSeconds') }),
    act: outage,
    shows: failed,
  },
  {
    id: 'compute-deadline-short',
    applies: (plan) =>
      plan.compute.some(
        ({ readyDeadlineSeconds }) => readyDeadlineSeconds < slow(plan, 'launchSeconds'),
      ),
    what: 'One in a hundred launches takes longer than readyDeadlineSeconds. Raise it.',
    approvers: 'approve',
    durations: (plan) => ({ launchSeconds: slow(plan, 'launchSeconds') }),
    act: outage,
    shows: failed,
  },
  {
    id: 'traffic-deadline-short',
    applies: (plan) =>
      plan.traffic.some(
        ({ kind, settleDeadlineSeconds }) =>
          settleDeadlineSeconds <
          slow(plan, kind === 'route53Record' ? 'recordSeconds' : 'healthCheckSeconds'),
      ),
    what: 'One in a hundred changes of the traffic takes longer than settleDeadlineSeconds. Raise it.',
    approvers: 'approve',
    durations: (plan) => ({
      healthCheckSeconds: slow(plan, 'healthCheckSeconds'),
      recordSeconds: slow(plan, 'recordSeconds'),
    }),
    act: outage,
    shows: failed,
  },
];
