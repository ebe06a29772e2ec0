import type { Plan } from '../../aws/plan.ts';
import { drillPlanFile, planOf } from '../lab/virtual/scene.ts';
import type { Scene } from '../lab/virtual/scene.ts';

/** The drill's plan with the time that AWS takes, so that virtual runs recover. */
export async function steadyPlan(changes: Partial<Plan> = {}): Promise<Plan> {
  const plan = await planOf(drillPlanFile);
  return {
    ...plan,
    databases: plan.databases.map((each) => ({ ...each, promotionDeadlineSeconds: 1800 })),
    compute: plan.compute.map((each) => ({ ...each, readyDeadlineSeconds: 900 })),
    traffic: plan.traffic.map((each) => ({ ...each, settleDeadlineSeconds: 600 })),
    verification: { ...plan.verification, deadlineSeconds: 600 },
    ...(plan.failback === undefined ? {} : { failback: patient(plan.failback) }),
    ...changes,
  };
}

function patient(failback: NonNullable<Plan['failback']>): NonNullable<Plan['failback']> {
  const compute = failback.compute.map((each) => ({ ...each, readyDeadlineSeconds: 900 }));
  return { ...failback, compute };
}

/** The plan with another policy for a primary that could not be fenced. */
export async function unfencedPlan(policy: 'ask' | 'refuse'): Promise<Plan> {
  const plan = await steadyPlan();
  return { ...plan, authorization: { ...plan.authorization, unfenced: { policy } } };
}

/** The plan that moves no traffic before the promotion. */
export async function edgelessPlan(): Promise<Plan> {
  const plan = await unfencedPlan('ask');
  return { ...plan, fencing: plan.fencing.filter(({ kind }) => kind !== 'edge') };
}

/** The plan that leaves every promotion to a human. */
export async function approvalPlan(): Promise<Plan> {
  const plan = await steadyPlan();
  return { ...plan, authorization: { ...plan.authorization, mode: 'approval' } };
}

/** The primary's control plane answers although its service is dead: a fence can be confirmed. */
export const withControlPlane: NonNullable<Scene['arrange']> = ({ world }) => {
  world.unreachable.clear();
};

/** The standby Region has nothing left to launch. */
export const withoutCapacity: NonNullable<Scene['arrange']> = ({ facts }) => {
  facts.noCapacity = true;
};
