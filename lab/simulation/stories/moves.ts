import { acknowledgePromotion } from '../../../aws/acknowledge.ts';
import { createIncidentStore } from '../../../aws/incident-store.ts';
import { RECONCILED } from '../../../aws/switchover/standing.ts';
import { refusingUnfenced, withoutProof } from '../plans.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { revivePrimary, setReplication, untilState, wait } from '../stage.ts';
import { serviceOutage, untilOver } from './acts.ts';

/** Somebody asks for it. The run is not waited for. */
function ask(stage: Stage, action: 'move' | 'rebuild', place: 'primary' | 'standby'): void {
  const { account, world, ghost, plan } = stage;
  const to = plan.regions[place];
  ghost.note({ kind: 'world', what: `an operator asks for ${action} to ${to}` });
  const request = { plan: plan.name, action, to, by: 'olga', reason: 'the story' };
  const name = `switchover-${account.executions.length}`;
  world.startExecution(account.machineArn('Switchover'), request, name);
}

/** What people do before a service may be moved: nothing of it helps where nothing was promoted. */
async function acknowledge({ account, plan, ghost }: Stage): Promise<void> {
  ghost.note({ kind: 'world', what: 'an operator acknowledges, and accounts for what was lost' });
  try {
    const incident = await acknowledgePromotion(account.runtime, plan.name);
    const store = createIncidentStore(account.runtime);
    await store.snapshotOnce({ id: incident }, RECONCILED, { by: 'olga' });
  } catch {
    // There is nothing to acknowledge: the switchover is declined, then.
  }
}

/** What RDS says of the replica, where it is one still. */
function setReplicaStatus({ world, plan, ghost }: Stage, status: 'backing-up' | 'available'): void {
  ghost.note({ kind: 'world', what: `the replica is ${status}` });
  for (const { replica } of plan.databases) {
    const instance = world.databases.get(`${plan.regions.standby}/${replica}`);
    if (instance?.sourceId !== undefined) instance.status = status;
  }
}

/** A failover is acknowledged, and nobody accounted for what it left behind. */
async function goHomeTooEarly(stage: Stage): Promise<void> {
  await serviceOutage(stage);
  await untilOver(stage);
  revivePrimary(stage);
  await acknowledgePromotion(stage.account.runtime, stage.plan.name).catch(() => undefined);
  ask(stage, 'move', 'primary');
}

async function goHome(stage: Stage): Promise<void> {
  await serviceOutage(stage);
  await untilOver(stage);
  revivePrimary(stage);
  await acknowledge(stage);
  stage.facts.fencesLeaveSessions = true;
  ask(stage, 'move', 'primary');
}

const common = { plan: refusingUnfenced, moves: true } as const;

/** A service that is moved by plan, and loses nothing. */
export const moveStories: readonly Scenario[] = [
  {
    name: 'switchover',
    summary: 'a healthy service moves to the standby Region by plan',
    ...common,
    approvers: 'approve',
    ends: ['Moved'],
    promotions: 1,
    act(stage) {
      stage.facts.fencesLeaveSessions = true;
      ask(stage, 'move', 'standby');
      return Promise.resolve();
    },
  },
  {
    name: 'switchover-rejected',
    summary: 'somebody asks for a switchover, and an approver says no',
    ...common,
    approvers: 'reject',
    ends: ['Rejected'],
    promotions: 0,
    act(stage) {
      ask(stage, 'move', 'standby');
      return Promise.resolve();
    },
  },
  {
    name: 'switchover-stalled',
    summary: 'replication stalls while the target warms up: writes go on where they were',
    ...common,
    approvers: 'approve',
    ends: ['NotMoved'],
    promotions: 0,
    async act(stage) {
      ask(stage, 'move', 'standby');
      await untilState(stage, 'WarmUpTarget');
      setReplication(stage, false);
    },
  },
  {
    name: 'switchover-backup',
    summary: 'the replica is in its backup when the target is warm: writes are held after that',
    ...common,
    approvers: 'approve',
    ends: ['Moved'],
    promotions: 1,
    async act(stage) {
      ask(stage, 'move', 'standby');
      await untilState(stage, 'WarmUpTarget');
      setReplicaStatus(stage, 'backing-up');
      await wait(stage, 180);
      setReplicaStatus(stage, 'available');
    },
  },
  {
    name: 'switchover-unproved',
    summary: 'nothing proves that the fence holds: writes go on where they were',
    moves: true,
    plan: withoutProof,
    approvers: 'approve',
    ends: ['NotMoved'],
    promotions: 0,
    act(stage) {
      ask(stage, 'move', 'standby');
      return Promise.resolve();
    },
  },
  {
    name: 'failback',
    summary: 'after a failover the service goes home, to a replica that is built for it',
    ...common,
    approvers: 'approve',
    ends: ['Recovered', 'Moved'],
    promotions: 2,
    act: goHome,
  },
  {
    name: 'failback-unreconciled',
    summary: 'nobody accounted for what the failover left behind: there is no way home yet',
    ...common,
    approvers: 'approve',
    ends: ['Recovered', 'Declined'],
    promotions: 1,
    act: goHomeTooEarly,
  },
  {
    name: 'replica-rebuilt',
    summary: 'after a switchover the Region that was left gets a replica',
    ...common,
    approvers: 'approve',
    ends: ['Moved', 'Prepared'],
    promotions: 1,
    async act(stage) {
      ask(stage, 'move', 'standby');
      await untilOver(stage);
      await acknowledge(stage);
      ask(stage, 'rebuild', 'primary');
    },
  },
];
