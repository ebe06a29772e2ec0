import type { Plan } from '../plan.ts';
import { isReversible, reversePlan } from '../reverse-plan.ts';
import type { ExplainedStep } from './steps.ts';

/**
 * The states in the order in which a service goes home after a failover, with this plan's values. A
 * switchover away from home passes through the same ones. Empty if the plan has no way back.
 */
export function explainMoves(plan: Plan): readonly ExplainedStep[] {
  if (!isReversible(plan)) return [];
  const home = reversePlan(plan);
  const { primary: from, standby: to } = home.regions;
  const list = (items: readonly string[]): string => items.join(', ') || 'nothing';
  return [
    {
      state: 'OpenSwitchover',
      does:
        `Somebody asks for it: failover switchover ${plan.name} --to ${to}. Declined while another ` +
        'run holds the plan, it is paused, a failover is not acknowledged, or what that left behind ' +
        'is not accounted for.',
    },
    {
      state: 'RebuildReplicas',
      does: home.databases
        .map(
          ({ source, replica, rebuildDeadlineSeconds }) =>
            `${replica} in ${to} has to follow ${source}. If it does not, it is kept as a snapshot ` +
            `and under another name, and made anew: ${rebuildDeadlineSeconds} s at the most.`,
        )
        .join(' '),
    },
    { state: 'LiftFence', does: `What the failover shut in ${to} is opened again.` },
    { state: 'RequestApproval', does: 'Always asks a human; nobody deciding means no.' },
    { state: 'WarmUpTarget', does: `In ${to}: ${list(home.compute.map(({ id }) => id))}.` },
    {
      state: 'HoldWrites',
      does: `In ${from}, until ${to} serves: ${list(home.fencing.map(({ id }) => id))}.`,
    },
    {
      state: 'CatchUp',
      does: home.databases
        .map(
          ({ id, connection }) =>
            `${id}: ends sessions that are left, and waits until the replica has replayed ` +
            `everything; after ${connection?.catchUpDeadlineSeconds ?? 0} s writes go on as before.`,
        )
        .join(' '),
    },
    {
      state: 'PromoteDatabases',
      does: `${list(home.databases.map(({ replica }) => replica))}. The point of no return.`,
    },
    { state: 'SwitchTraffic', does: `${list(home.traffic.map(({ name }) => name))} to ${to}.` },
  ];
}
