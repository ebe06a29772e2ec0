import { createClientFactory } from '../../aws/clients.ts';
import type { Plan } from '../../aws/plan.ts';
import type { Observers } from '../account.ts';
import { deploy } from '../account.ts';
import { allStates } from '../asl/definition.ts';
import type { Execution } from '../asl/execution.ts';
import { pathOf } from '../asl/history.ts';
import type { Behind } from '../aws/intercept.ts';
import { answerFrom } from '../aws/intercept.ts';
import type { VirtualClock } from '../clock.ts';
import { seedConnections } from '../open-database.ts';
import { stackOf } from '../stack-of.ts';
import type { Template } from '../template.ts';
import { seedSecrets } from '../world/slack.ts';
import type { World } from '../world/world.ts';
import { createWorld } from '../world/world.ts';
import { seatApprovers } from './approvers.ts';
import { createBrokenFunctions } from './broken-functions.ts';
import type { FaultInjector } from './faults.ts';
import { createFaultInjector } from './faults.ts';
import { Ghost } from './ghost.ts';
import type { Watch } from './invariants/watch.ts';
import { watchInvariants } from './invariants/watch.ts';
import type { Schedule } from './schedule.ts';
import type { Instance } from './simulate.ts';
import type { Stage } from './stage.ts';
import { lossOf, worldEvents } from './world-events.ts';
import { Clients } from './world/clients.ts';
import type { Facts } from './world/facts.ts';
import { createFacts } from './world/facts.ts';
import { faultyNetwork } from './world/faulty-network.ts';
import { createSimulatedPhysics } from './world/physics.ts';

let behind: Behind | undefined;
/** Building clients takes longer than a run: those of a process lead to the run under way. */
const clients = createClientFactory((client, region) => {
  // The SDK's own option: nobody adds to the stack of these later, so that it is put together once
  // a command, not once a call.
  Reflect.set(Object(Reflect.get(Object(client), 'config')), 'cacheMiddleware', true);
  answerFrom(client, region, () => {
    if (behind === undefined) throw new Error('No run is under way.');
    return behind;
  });
});

/** A world with the stack deployed into it, ready for a scenario. */
export interface Built {
  readonly stage: Stage;
  readonly injector: FaultInjector;
  readonly watch: Watch;
}

/** Builds the world of one run. A process runs one at a time: they share their clients. */
export function build(instance: Instance, clock: VirtualClock): Built {
  const { plan, template, schedule, scenario } = instance;
  const facts = createFacts(instance.durations);
  const world = worldOf(plan, clock, facts, () => ghost);
  const ghost = new Ghost({ plan, world, facts, clients: new Clients(), clock });
  const injector = createFaultInjector(schedule.faults, clock, schedule.seed, {
    onCall: (call) => {
      ghost.note({ kind: 'call', call });
    },
    onAnswer: (call, answer) => {
      ghost.note({ kind: 'answer', call, answer });
    },
    onFault: (call, fault) => {
      ghost.note({ kind: 'fault', call, fault });
    },
  });
  behind = { world, aroundCall: injector.aroundCall };
  const network = faultyNetwork(world.physics.network, injector.aroundCall, (host) =>
    world.routing.sideOf(host),
  );
  Object.assign(world, { physics: { ...world.physics, network } });
  let plans: readonly Plan[] = [plan];
  const brokenFunctions = createBrokenFunctions();
  const observers: Observers = {
    clients,
    aroundFunction: injector.aroundFunction,
    aroundInvoke: brokenFunctions.aroundInvoke,
    loadPlans: () => plans,
    ...watchExecutions(ghost, schedule, () => stage),
  };
  const account = deploy(template, world, observers, schedule.seed);
  seedSecrets(world);
  seedConnections(world);
  world.readings = (_metric, from, to) => readLag(facts, from, to, clock.now());
  const stage: Stage = {
    ...{ plan, clock, facts, world, account, ghost, scenario, brokenFunctions, alarms: [] },
    schedule,
    endStates: endStatesOf(template, plan.regions.standby),
    deploy: (next) => {
      plans = next;
    },
  };
  facts.unitsRunning = [...world.fleets.values()].reduce((sum, { running }) => sum + running, 0);
  seatApprovers(stage, scenario.approvers);
  return { stage, injector, watch: watchInvariants(ghost, stage, scenario) };
}

function endStatesOf(template: Template, region: string): ReadonlySet<string> {
  const { machines } = stackOf(template, region);
  const all = [...machines.values()].flatMap(({ definition }) => allStates(definition));
  const ends = all.filter(({ Type }) => Type === 'Succeed' || Type === 'Fail');
  return new Set(ends.map(({ name }) => name));
}

function worldOf(plan: Plan, clock: VirtualClock, facts: Facts, ghost: () => Ghost): World {
  const name = plan.traffic[0]?.name ?? '';
  const world: World = createWorld(
    plan,
    clock,
    createSimulatedPhysics({
      ...{ plan, clock, facts },
      routing: () => world.routing,
      onSlack: (request) => world.slack.answer(request),
      events: {
        onPromoted: () => {
          const lossSeconds = lossOf({ facts }, clock.now().getTime());
          ghost().note({ kind: 'promoted', by: 'workflow', lossSeconds });
        },
        onFence: (fenced, place) => {
          ghost().note({ kind: 'fence', fenced, place });
        },
        onRouteChange: () => {
          ghost().note({ kind: 'route', side: world.routing.sideOf(name) ?? 'nowhere' });
        },
      },
    }),
  );
  return world;
}

/** Notes what executions do, and lets the world events of the schedule happen at their states. */
function watchExecutions(
  ghost: Ghost,
  { events }: Schedule,
  stage: () => Stage,
): Pick<Observers, 'onEvent' | 'onExecution'> {
  const visits = new Map<string, number>();
  const noteEnd = async (execution: Execution): Promise<void> => {
    await execution.done;
    const end = pathOf(execution.history).at(-1) ?? '';
    ghost.note({ kind: 'ended', execution: execution.name, status: execution.status(), end });
  };
  return {
    onExecution: (execution) => {
      ghost.note({ kind: 'started', execution: execution.name });
      void noteEnd(execution);
    },
    onEvent: ({ stateEnteredEventDetails: entered }, execution) => {
      if (entered === undefined) return;
      const { name: state } = entered;
      ghost.note({ kind: 'state', execution, state });
      const visit = (visits.get(state) ?? 0) + 1;
      visits.set(state, visit);
      for (const each of events) {
        if (each.state !== state || each.visit !== visit) continue;
        void Promise.resolve().then(async () => {
          await worldEvents[each.what](stage(), state);
        });
      }
    },
  };
}

/** A reading of the heartbeat row a second, as somebody in the standby Region publishes it. */
function readLag({ databases, hasMetrics }: Facts, from: Date, to: Date, now: Date) {
  const points = [];
  const last = Math.min(to.getTime(), now.getTime() - 1000);
  const first = Math.ceil(from.getTime() / 1000) * 1000;
  for (let at = first; at < last && hasMetrics; at += 1000) {
    const value = databases.lagMillisecondsAt(at) / 1000;
    points.push({ at: new Date(at), value, unit: 'Seconds' });
  }
  return points;
}
