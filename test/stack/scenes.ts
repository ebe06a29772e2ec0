import { answerInSlack } from '../../lab/drill/answers.ts';
import { acknowledgePromotion } from '../../aws/acknowledge.ts';
import { functionRoles } from '../../aws/stack/roles.ts';
import type { Plan, Traffic } from '../../aws/plan.ts';
import { packTemplate } from '../../lab/template.ts';
import type { Template } from '../../lab/template.ts';
import type { VirtualStage } from '../../lab/virtual/run-event.ts';
import { alarmEvent, drillPlanFile, failure, planOf, shopPlanFile } from '../lab/virtual/scene.ts';
import type { Scene } from '../lab/virtual/scene.ts';
import { move } from '../lab/virtual/move.ts';
import { clickTooLate, when } from '../statemachines/hooks.ts';
import { returnScenes } from './return-scenes.ts';
import { steadyPlan, withControlPlane, withoutCapacity } from '../statemachines/plans.ts';

const record = {
  kind: 'route53Record',
  id: 'front-door',
  hostedZoneId: 'Z0123456789ABC',
  name: 'Orders.example.com',
  recordType: 'A',
  settleDeadlineSeconds: 600,
} as const;

const records: readonly Traffic[] = [
  {
    ...record,
    routing: 'simple',
    ttlSeconds: 60,
    primary: ['192.0.2.10'],
    standby: ['198.51.100.10'],
  },
  { ...record, routing: 'weighted', primary: 'ireland', standby: 'frankfurt', weight: 100 },
  { ...record, routing: 'failover', primary: 'ireland', standby: 'frankfurt' },
];

/** A plan, and a template with the roles for it. */
export interface Deployed {
  readonly plan: Plan;
  readonly template: Template;
}

/** Plans that use every driver between them. */
export async function deployments(): Promise<Deployed[]> {
  const [drill, drillTemplate] = [await steadyPlan(), await packTemplate(drillPlanFile)];
  const shop = await planOf(shopPlanFile);
  const variants = records.map((traffic) => ({ ...drill, traffic: [traffic] }));
  const keeping = {
    ...drill,
    reconciliation: drill.reconciliation && keepingSlots(drill.reconciliation),
  };
  return [
    { plan: keeping, template: withKeeper(withRoles(drillTemplate, keeping)) },
    { plan: shop, template: await packTemplate(shopPlanFile) },
    ...variants.map((plan) => ({ plan, template: withRoles(drillTemplate, plan) })),
  ];
}

const keepingSlots = (section: NonNullable<Plan['reconciliation']>) => ({
  ...section,
  keepSlot: true,
});

/** The rule is off in a stack of plans that want no slot kept. */
function withKeeper({ Resources }: Template): Template {
  const { KeeperRule } = Resources;
  if (KeeperRule === undefined) throw new Error('The template has no KeeperRule.');
  const Properties = { ...KeeperRule.Properties, State: 'ENABLED' };
  return { Resources: { ...Resources, KeeperRule: { ...KeeperRule, Properties } } };
}

function withRoles(template: Template, plan: Plan): Template {
  return { Resources: { ...template.Resources, ...functionRoles([plan]) } };
}

/** Runs that make each function do everything it can, for one plan. */
export function scenesOf({ plan, template }: Deployed): Scene[] {
  const asks: Plan = { ...plan, authorization: { ...plan.authorization, mode: 'approval' } };
  const edgeless: Plan = { ...plan, fencing: plan.fencing.filter(({ kind }) => kind !== 'edge') };
  const [alarm = ''] = plan.detection.alarms;
  const triggeringAlarms = [{ arn: alarm, state: { value: 'ALARM' } }];
  const composite = alarmEvent(plan, { reasonData: JSON.stringify({ triggeringAlarms }) });
  const suspendAll: NonNullable<Scene['arrange']> = (stage) => {
    withControlPlane(stage);
    for (const fleet of stage.world.fleets.values()) fleet.suspended.add('Launch');
  };
  const scenes: Scene[] = [
    { plan, answer: 'approve' },
    { plan, answer: 'approve', arrange: suspendAll },
    { plan, arrange: withoutCapacity, answer: 'approve' },
    { plan: asks, answer: 'approve', event: composite, arrange: suspendAll },
    { plan: edgeless, answer: 'approve', around: failAt('WarmUpCompute'), arrange: suspendAll },
    { plan, answer: 'approve', around: failAt('CloseIncident') },
    { plan: asks, answer: 'reject', arrange: suspendAll },
    // Nobody answers; and a click in Slack, while mail is refused and the fallback is used.
    { plan: asks, arrange: suspendAll },
    { plan: asks, answer: 'approve', arrange: withoutMail, answerOver: answerInSlack },
    { plan: asks, answer: 'approve', answerOver: clickTooLate },
    { plan: asks, arrange: withoutMail, around: failAt('CloseStoodDown') },
    // Nobody can be asked: the question is still open when it stands down.
    { plan: asks, around: failAt('RequestApproval') },
    {
      plan,
      arrange: suspendAll,
      answer: 'approve',
      around: failAt('LastLook'),
    },
    // A backup runs when the promotion is due: it is asked for late, after another look.
    { plan, answer: 'approve', onState: when('PromoteDatabases', backUp) },
    {
      plan: asks,
      answer: 'approve',
      // The question was answered before the state that asked lost its answer: it is sent again.
      around: loseFirstAnswer('RequestApproval'),
    },
  ];
  const moves: Scene[] = [
    { plan, primary: 'up', begin: thereAndBack },
    { plan, primary: 'up', begin: almostBack },
  ];
  const ends = scenes.map((scene) => ({ ...scene, after: comeBack }));
  return [...ends, ...moves, ...returnScenes(plan)].map((scene) => ({
    ...scene,
    template,
  }));
}

/** A service moves, moves home, and its standby gets a replica again. */
async function thereAndBack(stage: VirtualStage): Promise<void> {
  const { world, account } = stage;
  const { primary, standby } = world.plan.regions;
  // While the service is at home its slots are kept.
  await account.tick();
  for (const fleet of world.back.fleets.values()) fleet.suspended.add('Launch');
  for (const [to, action] of [[standby], [primary], [standby, 'rebuild']] as const) {
    // The last one asks nobody: the fallback tells of it.
    world.ses.sendingEnabled = action === undefined;
    await move(stage, to, { answer: 'approve', ...(action === undefined ? {} : { action }) });
    await account.tick();
    if (action === undefined) await acknowledgePromotion(account.runtime, world.plan.name);
  }
}

/** A service moves, and does not get home: it is put back, with compute that had gone to sleep. */
async function almostBack(stage: VirtualStage): Promise<void> {
  const { world, facts, account } = stage;
  const { primary, standby } = world.plan.regions;
  await move(stage, standby, { answer: 'approve' });
  await acknowledgePromotion(account.runtime, world.plan.name);
  for (const fleet of world.back.fleets.values()) {
    fleet.desired = fleet.running = fleet.min = 1;
    fleet.suspended.add('Launch');
  }
  facts.prepared = 1;
  await move(stage, primary, { answer: 'approve' });
}

/** The old primary is there again when all is over, and the schedule looks. */
const comeBack: NonNullable<Scene['after']> = async ({ world, account }) => {
  world.unreachable.clear();
  await account.tick();
};

/** The replicas are in their backup window for a while. */
const backUp = ({ world, clock }: VirtualStage): void => {
  const replicas = [...world.databases.values()].filter(({ sourceId }) => sourceId !== undefined);
  for (const replica of replicas) replica.status = 'backing-up';
  void clock.sleep(200_000).then(() => {
    for (const replica of replicas) replica.status = 'available';
  });
};

/** SES sends nothing: the fallback is told. */
const withoutMail: NonNullable<Scene['arrange']> = ({ world }) => {
  world.ses.sendingEnabled = false;
};

function failAt(state: string): NonNullable<Scene['around']> {
  return async (call, run) => {
    if (call.stateName === state) throw failure('NotReadyError');
    return await run();
  };
}

function loseFirstAnswer(state: string): NonNullable<Scene['around']> {
  let isLost = false;
  return async (call, run, { clock }) => {
    const answer = await run();
    if (call.stateName !== state || isLost) return answer;
    isLost = true;
    await clock.sleep(100_000);
    throw failure('Sandbox.Timedout');
  };
}
