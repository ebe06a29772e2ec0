import { EcsService } from '../../aws/drivers/ecs-service/schema.ts';
import { Edge } from '../../aws/drivers/edge/schema.ts';
import { Route53Record } from '../../aws/drivers/route53-record/schema.ts';
import type { Plan } from '../../aws/plan.ts';
import { PROMOTE_ON_EXPIRY } from '../../core/plan/authorization.ts';

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

/** Nobody deciding means yes. */
export const promotingOnExpiry: PlanChange = (plan) => ({
  ...plan,
  authorization: {
    ...plan.authorization,
    mode: 'approval',
    onExpiry: {
      action: 'promote',
      evenThough: PROMOTE_ON_EXPIRY,
      acceptedBy: 'the owner of the orders service',
      because: 'a shop that is down loses more than a few orders',
    },
  },
});

/** Nothing is promoted while the old primary cannot be confirmed fenced. */
export const refusingUnfenced: PlanChange = (plan) => ({
  ...plan,
  authorization: { ...plan.authorization, unfenced: { policy: 'refuse' } },
});

/** The same service behind the other drivers: ECS, a Route 53 record, and a fence at the edge too. */
export const otherDrivers: PlanChange = (plan) => ({
  ...refusingUnfenced(plan),
  compute: plan.compute.map(({ id, targetGroup, readyDeadlineSeconds }) =>
    EcsService.parse({
      ...{ kind: 'ecsService', id, cluster: 'orders', service: 'web', tasks: 2 },
      ...{ targetGroup, readyDeadlineSeconds },
    }),
  ),
  traffic: plan.traffic.map(({ id, name, settleDeadlineSeconds }) =>
    Route53Record.parse({
      ...{ kind: 'route53Record', id, name, hostedZoneId: 'Z0123456789ABC', routing: 'failover' },
      ...{ primary: 'primary', standby: 'standby', settleDeadlineSeconds },
    }),
  ),
  fencing: [
    ...plan.fencing,
    ...plan.traffic.map(({ id }) => Edge.parse({ kind: 'edge', id: `${id}-edge`, traffic: id })),
  ],
});

/** Deadlines long enough for durations as AWS has them. */
export const patient: PlanChange = (plan) => ({
  ...plan,
  databases: plan.databases.map((each) => ({ ...each, promotionDeadlineSeconds: 1800 })),
  compute: plan.compute.map((each) => ({ ...each, readyDeadlineSeconds: 900 })),
  traffic: plan.traffic.map((each) => ({ ...each, settleDeadlineSeconds: 600 })),
  verification: { ...plan.verification, deadlineSeconds: 600 },
});

/** Nothing tells whether a fence holds. */
export const withoutProof: PlanChange = (plan) => ({
  ...plan,
  fencing: plan.fencing.map((fence) =>
    fence.kind === 'securityGroup' ? { ...fence, proof: undefined } : fence,
  ),
});
