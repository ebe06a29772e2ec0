import { createHash } from 'node:crypto';
import { Compute, Database, Fencing, Plan, Traffic } from '../../aws/plan.ts';
import { Brief } from '../../core/approval/brief.ts';
import { ApprovedFacts } from '../../core/approval/coverage.ts';
import { DataLoss } from '../../core/data-loss.ts';
import { Incident } from '../../core/incident.ts';
import { Observation, Round } from '../../core/outage.ts';
import { pathOf } from '../asl/history.ts';
import { createVirtualClock } from '../clock.ts';
import { Stop } from '../stop.ts';
import type { Template } from '../template.ts';
import type { Built } from './build.ts';
import { build } from './build.ts';
import type { Ghost } from './ghost.ts';
import { ALARM_AFTER_HEALING } from './ghost.ts';
import type { Violation } from './invariants/invariant.ts';
import type { Scenario } from './scenario.ts';
import type { Schedule } from './schedule.ts';
import type { Stage } from './stage.ts';
import { soundAlarm } from './stage.ts';
import { lineOf } from './trace.ts';
import type { Durations } from './world/facts.ts';
import { isAlive } from './world/facts.ts';
import { parseOnce } from './world/parse-once.ts';
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

/** What states hand to one function after the other, unchanged. */
const travelling = [
  ...[Plan, Database, Compute, Traffic, Fencing],
  ...[Incident, Observation, Round, DataLoss, Brief, ApprovedFacts],
];

/** Runs one instance to its end, in virtual time, and checks the promises after every event. */
export async function simulate(instance: Instance): Promise<Simulated> {
  installSynchronousHmac();
  for (const schema of travelling) parseOnce(schema);
  const clock = createVirtualClock(START, 0);
  const built = build(instance, clock);
  const { stage, watch } = built;
  await clock.run(async () => {
    await play(instance, built);
  });
  watch.finish();
  return {
    schedule: instance.schedule,
    ends: stage.account.executions.map(({ history }) => pathOf(history).at(-1) ?? ''),
    violations: watch.violations,
    ghost: stage.ghost,
    stage,
    get digest() {
      return digestOf(stage.ghost);
    },
    premises: watch.premises,
  };
}

async function play({ scenario, plan }: Instance, { stage, injector }: Built): Promise<void> {
  const { clock, ghost, facts, world } = stage;
  const stopClients = new Stop();
  const name = plan.traffic[0]?.name ?? '';
  const writing = ghost.clients.run(facts, world.routing, name, clock, stopClients);
  await clock.sleep(HEALTHY_SECONDS * 1000);
  await scenario.act(stage);
  await allDone(stage);
  injector.heal();
  stage.brokenFunctions.heal();
  await settle(stage);
  if (isStillDown(stage)) {
    ghost.note({ kind: 'world', what: ALARM_AFTER_HEALING });
    await soundAlarm(stage);
    await settle(stage);
  }
  stopClients.abort(new Error('the run is over'));
  await writing;
  for (const fleet of world.fleets.values()) void fleet.stop();
  ghost.note({ kind: 'finished' });
}

/** Whether a fault kept a story from its recovery, and nothing but the next alarm is missing. */
function isStillDown({ ghost, schedule, scenario, account }: Stage): boolean {
  const isOnlyFaulty = schedule.faults.length > 0 && schedule.events.length === 0;
  return (
    isOnlyFaulty &&
    scenario.ends.join() === 'Recovered' &&
    account.problems.length === 0 &&
    !isAlive(ghost.facts) &&
    !ghost.commands.has('PromoteReadReplicaCommand')
  );
}

/** Waits until nothing runs, and nothing has ended for so long that clients and watchers have seen it. */
async function settle(stage: Stage): Promise<void> {
  for (let seen = -1; seen !== stage.ghost.ends;) {
    await allDone(stage);
    seen = stage.ghost.ends;
    await stage.clock.sleep(SETTLE_SECONDS * 1000);
    await allDone(stage);
  }
}

/** Waits for every execution, those that are started or redriven meanwhile too. */
async function allDone({ account }: Stage): Promise<void> {
  const isRunning = (): boolean =>
    account.executions.some((execution) => execution.status() === 'RUNNING');
  for (let seen = -1; seen !== account.executions.length || isRunning();) {
    seen = account.executions.length;
    await Promise.all(account.executions.map(async ({ done }) => await done));
  }
}

function digestOf(ghost: Ghost): string {
  const lines = ghost.events.map((event) => `${lineOf(event, ghost.startedAt)}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}
