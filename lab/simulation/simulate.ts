import { createHash } from 'node:crypto';
import type { Plan } from '../../aws/plan.ts';
import { createClientFactory } from '../../aws/clients.ts';
import type { Network } from '../../core/network.ts';
import { deploy } from '../account.ts';
import type { Behind } from '../aws/intercept.ts';
import { answerFrom } from '../aws/intercept.ts';
import { pathOf } from '../asl/history.ts';
import { createVirtualClock } from '../clock.ts';
import { createRandom } from '../random.ts';
import type { Template } from '../template.ts';
import { seedSecrets } from '../world/slack.ts';
import { createWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { seatApprovers } from './approvers.ts';
import type { FaultInjector } from './faults.ts';
import { createFaultInjector } from './faults.ts';
import { Ghost } from './ghost.ts';
import type { Violation } from './invariants/invariant.ts';
import { watchInvariants } from './invariants/watch.ts';
import type { Scenario } from './scenarios.ts';
import type { Schedule } from './schedule.ts';
import type { Stage } from './stage.ts';
import { lineOf } from './trace.ts';
import { lossOf, worldEvents } from './world-events.ts';
import { Clients } from './world/clients.ts';
import type { Durations } from './world/facts.ts';
import { createFacts, takesWrites } from './world/facts.ts';
import { faultyNetwork } from './world/faulty-network.ts';
import { createSimulatedPhysics } from './world/physics.ts';
import { installSynchronousHmac } from './world/synchronous-hmac.ts';

/** One run: what is simulated, and everything that decides how it goes. */
export interface Instance {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly template: Template;
  readonly schedule: Schedule;
  readonly durations: Durations;
}

/** What came of a run. */
export interface Simulated {
  readonly schedule: Schedule;
  /** The last state of each execution, in the order in which they were started. */
  readonly ends: readonly string[];
  readonly violations: readonly Violation[];
  readonly ghost: Ghost;
  readonly stage: Stage;
  /** Digest of the whole trace. */
  readonly digest: string;
  /** Invariants whose premise was met. */
  readonly premises: ReadonlySet<string>;
}

const START = new Date('2026-10-02T17:00:00Z');
/** Clients have written for a while before anything happens. */
const HEALTHY_SECONDS = 20;
/** After the last execution: announcements are tried for three minutes, and effects may be late. */
const SETTLE_SECONDS = 240;

/** Runs one instance to its end, in virtual time, and checks the promises after every event. */
export async function simulate(instance: Instance): Promise<Simulated> {
  installSynchronousHmac();
  const clock = createVirtualClock(START, 1);
  const built = build(instance, clock);
  const { stage, injector, watch } = built;
  await clock.run(async () => {
    await play(instance, stage, injector);
  });
  watch.finish();
  const { ghost } = stage;
  const hash = createHash('sha256');
  for (const event of ghost.events) hash.update(lineOf(event, ghost.startedAt)).update('\n');
  return {
    schedule: instance.schedule,
    ends: stage.account.executions.map(({ history }) => pathOf(history).at(-1) ?? ''),
    violations: watch.violations,
    ghost,
    stage,
    digest: hash.digest('hex'),
    premises: watch.premises,
  };
}

let behind: Behind | undefined;
/** Building clients takes longer than a run: those of a process lead to the run under way. */
const clients = createClientFactory((client, region) => {
  answerFrom(client, region, () => {
    if (behind === undefined) throw new Error('No run is under way.');
    return behind;
  });
});

function build(instance: Instance, clock: Stage['clock']) {
  const { plan, template, schedule, scenario } = instance;
  const facts = createFacts(instance.durations);
  const writers = new Clients();
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
          ghost.note({ kind: 'promoted', by: 'workflow', lossSeconds });
        },
        onFence: (fenced) => {
          ghost.note({ kind: 'fence', fenced });
        },
        onRouteChange: () => {
          const name = plan.traffic[0]?.name ?? '';
          ghost.note({ kind: 'route', side: world.routing.sideOf(name) ?? 'nowhere' });
        },
      },
    }),
  );
  const ghost = new Ghost({ plan, world, facts, clients: writers, clock });
  const random = createRandom(schedule.seed);
  const injector = createFaultInjector(schedule.faults, clock, random, {
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
  const visits = new Map<string, number>();
  behind = { world, aroundCall: injector.aroundCall };
  let plans: readonly Plan[] = [plan];
  const account = deploy(
    template,
    withFaultyNetwork(world, injector),
    {
      clients,
      aroundFunction: injector.aroundFunction,
      onExecution: (execution) => {
        ghost.note({ kind: 'started', execution: execution.name });
        void announce(execution);
      },
      onEvent: ({ stateEnteredEventDetails: entered }, execution) => {
        if (entered === undefined) return;
        const { name: state } = entered;
        ghost.note({ kind: 'state', execution, state });
        visits.set(state, (visits.get(state) ?? 0) + 1);
        for (const each of schedule.events) {
          if (each.state !== state || each.visit !== visits.get(state)) continue;
          void Promise.resolve().then(async () => {
            await worldEvents[each.what](stage);
          });
        }
      },
      loadPlans: () => plans,
    },
    schedule.seed,
  );
  const announce = async (execution: Stage['account']['executions'][number]): Promise<void> => {
    await execution.done;
    const end = pathOf(execution.history).at(-1) ?? '';
    ghost.note({ kind: 'ended', execution: execution.name, status: execution.status(), end });
  };
  seedSecrets(world);
  world.readings = (_metric, from, to) => readLag(facts, from, to, clock.now());
  const stage: Stage = {
    ...{ plan, clock, facts, world, account, ghost, scenario, alarms: [] },
    isDisturbed: schedule.events.length > 0,
    deploy: (next) => {
      plans = next;
    },
  };
  facts.unitsRunning = [...world.fleets.values()].reduce((sum, { running }) => sum + running, 0);
  seatApprovers(stage, scenario.approvers);
  const watch = watchInvariants(ghost, stage, scenario);
  return { stage, injector, watch };
}

/** The world as the functions see it: its network goes through the same seam as the SDK. */
function withFaultyNetwork(world: World, injector: FaultInjector): World {
  const network: Network = faultyNetwork(world.physics.network, injector.aroundCall, (host) =>
    world.routing.sideOf(host),
  );
  return Object.assign(world, { physics: { ...world.physics, network } });
}

/** A reading of the heartbeat row a second, as somebody in the standby Region publishes it. */
function readLag({ databases, hasMetrics }: Stage['facts'], from: Date, to: Date, now: Date) {
  const points = [];
  const last = Math.min(to.getTime(), now.getTime() - 1000);
  const first = Math.ceil(from.getTime() / 1000) * 1000;
  for (let at = first; at < last && hasMetrics; at += 1000) {
    const value = databases.lagMillisecondsAt(at) / 1000;
    points.push({ at: new Date(at), value, unit: 'Seconds' });
  }
  return points;
}

async function play({ scenario, plan }: Instance, stage: Stage, injector: FaultInjector) {
  const { clock, account, ghost, facts, world } = stage;
  const stopClients = new AbortController();
  const name = plan.traffic[0]?.name ?? '';
  const writing = ghost.clients.run(facts, world.routing, name, clock, stopClients.signal);
  await clock.sleep(HEALTHY_SECONDS * 1000);
  await scenario.act(stage);
  await allDone(stage);
  injector.heal();
  await clock.sleep(SETTLE_SECONDS * 1000);
  await allDone(stage);
  stopClients.abort();
  await writing;
  for (const fleet of world.fleets.values()) void fleet.stop();
  ghost.note({ kind: 'finished' });
  void account;
  void takesWrites;
}

/** Waits for every execution, those that are started meanwhile too. */
async function allDone({ account }: Stage): Promise<void> {
  for (let seen = -1; seen !== account.executions.length;) {
    seen = account.executions.length;
    await Promise.all(account.executions.map(async ({ done }) => await done));
  }
}
