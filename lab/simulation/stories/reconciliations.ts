import type { PlanChange } from '../plans.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { killPrimary, revivePrimary, setReplication, soundAlarm, wait } from '../stage.ts';
import { ALARM_SECONDS, outage, untilOver } from './acts.ts';

/** The watch starts what accounts for the old primary. */
const byItself: PlanChange = (plan) => ({
  ...plan,
  ...(plan.reconciliation && {
    reconciliation: { ...plan.reconciliation, start: 'automatic' as const },
  }),
});

/** Somebody asks for it. The run is not waited for. */
function ask({ account, world, ghost, plan }: Stage): void {
  ghost.note({ kind: 'world', what: 'an operator asks for the reconciliation' });
  const request = { plan: plan.name, by: 'olga', reason: 'the story' };
  const name = `reconcile-${account.executions.length}`;
  world.startExecution(account.machineArn('Reconcile'), request, name);
}

/** The Region dies with writes that never crossed, and is back when the failover is over. */
async function returnAndAsk(stage: Stage): Promise<void> {
  setReplication(stage, false);
  await wait(stage, 1);
  killPrimary(stage);
  setReplication(stage, true);
  await wait(stage, ALARM_SECONDS);
  await soundAlarm(stage);
  await untilOver(stage);
  revivePrimary(stage);
  ask(stage);
}

/** As before, and nobody asks: the watch has its minutes. */
async function returnAlone(stage: Stage): Promise<void> {
  await outage(stage);
  await untilOver(stage);
  revivePrimary(stage);
  for (let minute = 0; minute < 4; minute += 1) {
    await wait(stage, 60);
    await stage.account.tick();
  }
}

/** What never crossed is found once the old primary is back. */
export const reconcileStories: readonly Scenario[] = [
  {
    name: 'reconcile',
    summary: 'the old primary is back: what never crossed is found, approved and applied',
    approvers: 'approve',
    ends: ['Recovered', 'Reconciled'],
    promotions: 1,
    act: returnAndAsk,
  },
  {
    name: 'reconcile-by-itself',
    summary: 'the watch fences an old primary that is back, keeps it, and has it accounted for',
    plan: byItself,
    approvers: 'approve',
    ends: ['Recovered', 'Reconciled'],
    promotions: 1,
    act: returnAlone,
  },
  {
    name: 'reconcile-rejected',
    summary: 'an approver says no to applying what never crossed: nothing is applied',
    approvers: 'reject',
    ends: ['Recovered', 'Rejected'],
    promotions: 1,
    act: returnAndAsk,
  },
  {
    name: 'reconcile-nobody',
    summary: 'nobody answers whether to apply what never crossed: nothing is applied',
    approvers: 'silent',
    ends: ['Recovered', 'Expired'],
    promotions: 1,
    act: returnAndAsk,
  },
];
