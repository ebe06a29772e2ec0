import { join } from 'node:path';
import { TaskTimedOut } from '@aws-sdk/client-sfn';
import { createClientFactory } from '../../aws/clients.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { Plan } from '../../aws/plan.ts';
import { loadPlans } from '../../aws/plan-file.ts';
import type { Runtime } from '../../aws/runtime.ts';
import type { Step } from '../../aws/step.ts';
import { toHandler } from '../../aws/step.ts';
import type { Incident } from '../../core/incident.ts';
import { openIncident } from '../../functions/open-incident.ts';
import { answerFromWorld } from '../../lab/aws/intercept.ts';
import type { VirtualFacts } from '../../lab/virtual/physics.ts';
import { createVirtualFacts, createVirtualPhysics } from '../../lab/virtual/physics.ts';
import { openDatabase, seedConnections } from '../../lab/open-database.ts';
import { seedSecrets } from '../../lab/world/slack.ts';
import type { World } from '../../lab/world/world.ts';
import { createWorld } from '../../lab/world/world.ts';
import type * as z from 'zod';
import type { SteppingClock } from './clock.ts';
import { createSteppingClock } from './clock.ts';
import type { Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import { createNetwork } from './network.ts';

const [drill] = await loadPlans(join(import.meta.dirname, '../../lab/plans/drill.yaml'));

/** The drill's plan, with an edge fence before its own; sections may be replaced. */
export function drillPlan(sections: Readonly<Record<string, unknown>> = {}): Plan {
  const edge = { kind: 'edge', id: 'dns', traffic: 'front-door' };
  const fencing = [edge, ...(drill?.fencing ?? [])];
  return Plan.parse({ ...drill, fencing, ...sections });
}

/** When the primary went down, and when the tests begin. */
export const outageAt = '2026-10-02T17:04:30.000Z';
export const startAt = '2026-10-02T17:04:45.000Z';
/** The parameter of the plan's kill switch. */
export const switchName = '/failover/orders';

/** A world with its functions, in which a test decides what happens and when. */
export interface Bench {
  readonly plan: Plan;
  readonly world: World;
  readonly facts: VirtualFacts;
  readonly clock: SteppingClock;
  readonly runtime: Runtime;
  readonly faults: Faults;
  /** Tokens that a state waits for, with the answer once there is one. */
  readonly tokens: Map<string, unknown>;
  /** Calls a step as Lambda does: its input and its output are JSON. */
  readonly run: <Input extends z.ZodType, Output>(
    step: Step<Input, Output>,
    input: unknown,
  ) => Promise<Output>;
}

/** A healthy primary that went down some seconds ago; nobody has noticed. */
export function createBench(plan: Plan = drillPlan()): Bench {
  const clock = createSteppingClock(new Date(startAt));
  const facts = createVirtualFacts({ primaryIsUp: false, unitsRunning: 1 });
  const faults = createFaults();
  const lazy = (): World['routing'] => world.routing;
  const physics = createVirtualPhysics(plan, clock, facts, lazy, () => ({ status: 500, body: '' }));
  const network = createNetwork(facts, faults, () => world);
  const world: World = createWorld(plan, clock, { ...physics, network });
  prepare(world);
  const tokens = new Map<string, unknown>();
  world.sendTaskSuccess = (token, output) => {
    // A state that is over, or has its answer, does not take another one.
    if (!tokens.has(token) || tokens.get(token) !== undefined) {
      throw new TaskTimedOut({ message: 'Task Timed Out', $metadata: {} });
    }
    tokens.set(token, JSON.parse(output));
  };
  const runtime: Runtime = {
    clock,
    deadline: async (milliseconds) => {
      await clock.sleep(milliseconds);
    },
    client: createClientFactory((client, region) => {
      faults.attach(client, region);
      answerFromWorld(client, region, world);
    }),
    network,
    environment: {
      region: plan.regions.standby,
      incidentTable: 'incidents',
      reportBucket: 'reports',
      switchPrefix: '/failover',
    },
    log: { info: () => undefined, error: () => undefined },
    loadPlans: async () => throughWire([plan]),
    openDatabase: async (name, url, access) => await openDatabase(world, name, url, access),
    ...(physics.engine !== undefined && { engine: physics.engine }),
  };
  return {
    plan,
    world,
    facts,
    clock,
    runtime,
    faults,
    tokens,
    run: async (step, input) => await toHandler(step, () => runtime)(throughWire(input)),
  };
}

/** What a value is after it was JSON. */
function throughWire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The primary's control plane is gone with it, and the lag was small until then. */
function prepare(world: World): void {
  world.unreachable.add(world.plan.regions.primary);
  world.parameters.set(switchName, 'running');
  seedSecrets(world);
  seedConnections(world);
  for (const alarm of world.alarms.values()) alarm.state = 'ALARM';
  const from = Date.parse(outageAt);
  const points = Array.from({ length: 900 }, (_, index) => {
    const at = from + (index - 300) * 1000;
    return { at: new Date(at), value: 0.4 + Math.max(0, (at - from) / 1000), unit: 'Seconds' };
  });
  world.metrics.set('Orders/HeartbeatLag', points);
}

/** The alarm's event as EventBridge delivers it; fields of the state may be replaced. */
export function alarmEvent(state: Readonly<Record<string, unknown>> = {}): object {
  return {
    id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    time: startAt,
    resources: [drillPlan().detection.alarms[0]],
    detail: {
      alarmName: 'orders-primary-down',
      state: {
        value: 'ALARM',
        reason: 'Threshold Crossed',
        reasonData: JSON.stringify({ startDate: outageAt, period: 1 }),
        timestamp: startAt,
        ...state,
      },
    },
  };
}

/** The ARN of the nth execution. */
export const executionArn = (number = 1): string =>
  `arn:aws:states:eu-central-1:111122223333:execution:failover:alarm-${number}`;

/** Opens an incident as the workflow does. */
async function openOn(bench: Bench, number = 1): Promise<Incident> {
  const input = { event: alarmEvent(), executionArn: executionArn(number) };
  const { incident, why } = await bench.run(openIncident, input);
  if (incident === null) throw new Error(`No incident was opened: ${why}`);
  return incident;
}

/** A bench with an open incident. */
export async function openBench(plan?: Plan): Promise<Bench & { readonly incident: Incident }> {
  const bench = createBench(plan);
  return { ...bench, incident: await openOn(bench) };
}

/** The run of this incident died long ago, and another one took its lock. */
export async function takeOver(bench: Bench, incident: Incident): Promise<Incident> {
  const store = createIncidentStore(bench.runtime);
  const newer = {
    ...incident,
    id: `${incident.id}-newer`,
    epoch: incident.epoch + 1,
    executionArn: executionArn(2),
  };
  const seen = await store.readLock(incident.plan);
  if (!(await store.claim(newer, seen, '2026-10-03T17:00:00.000Z'))) throw new Error('not taken');
  return newer;
}

/** Nobody can be told anything any more, over no channel. */
export function silence({ faults, world }: Pick<Bench, 'faults' | 'world'>): void {
  faults.always('rejected', 'Publish');
  world.ses.sendingEnabled = false;
  world.slack.channels.clear();
}
