import type { Plan } from '../../aws/plan.ts';
import type { Json } from '../../core/json.ts';
import { IncidentReportShape } from '../../core/report.ts';
import type { IncidentReport } from '../../core/report.ts';
import { deploy } from '../account.ts';
import type { Account, Observers } from '../account.ts';
import { countTransitions, pathOf } from '../asl/history.ts';
import type { VirtualClock } from '../clock.ts';
import { createVirtualClock } from '../clock.ts';
import { answerOnPage, linkInMail } from '../drill/answers.ts';
import type { Answer, Ask, OpenQuestion } from '../drill/approvals.ts';
import { watchQuestions } from '../drill/approvals.ts';
import { visitFunction } from '../front-door/visit.ts';
import { seedConnections } from '../open-database.ts';
import { mainExecution, outcomeOf } from '../outcome.ts';
import type { LabOutcome } from '../record.ts';
import type { Template } from '../template.ts';
import { overheadSeconds } from '../world/overhead.ts';
import { seedSecrets } from '../world/slack.ts';
import { createWorld } from '../world/world.ts';
import type { Delivery, World } from '../world/world.ts';
import type { VirtualFacts } from './physics.ts';
import { outageStart, timeOf } from './event-times.ts';
import { createVirtualFacts, createVirtualPhysics } from './physics.ts';

/** What to run in virtual time. */
export interface EventRunOptions {
  readonly plan: Plan;
  readonly template: Template;
  readonly event: Json;
  /** The state of the primary Region while the alarm is handled. */
  readonly primary: 'down' | 'up';
  readonly answer: Answer | undefined;
  /** How it is given; by the link in the mail unless told otherwise. */
  readonly answerOver?: (question: OpenQuestion, answer: Answer) => Promise<void>;
  readonly observers?: Observers;
  /** Changes the world before the event comes, and may keep hold of it. */
  readonly arrange?: (stage: VirtualStage) => void;
  /** What happens instead of the event. */
  readonly begin?: (stage: VirtualStage) => Promise<void>;
  /** What happens once every execution has ended. */
  readonly after?: (stage: VirtualStage) => Promise<void>;
}

/** The simulated world of a run, in the hands of whoever set it up. */
export interface VirtualStage {
  readonly world: World;
  readonly facts: VirtualFacts;
  readonly clock: VirtualClock;
  readonly account: Account;
}

/** What came of an event. Seconds of virtual time. */
export interface EventRun {
  readonly outcome: LabOutcome | 'ignored';
  readonly path: readonly string[];
  readonly transitions: number;
  readonly rtoSeconds: number | null;
  readonly overheadSeconds: number | null;
  /** The world's own critical path: what no workflow could have saved. */
  readonly floorSeconds: number | null;
  readonly notifications: readonly Delivery[];
  readonly incident: IncidentReport | null;
}

/** Clients of a real service keep an address for a minute. */
const CLIENT_CACHE_SECONDS = 60;
const HISTORY_SECONDS = 3600;
const FUTURE_SECONDS = 7200;
const HEALTHY_LAG_SECONDS = 0.4;

/** Runs one event through the deployed stack, minutes of it in milliseconds. */
export async function runEvent(options: EventRunOptions): Promise<EventRun> {
  const clock = createVirtualClock(timeOf(options.event));
  const facts = createVirtualFacts({ primaryIsUp: options.primary === 'up' });
  const world: World = createWorld(
    options.plan,
    clock,
    createVirtualPhysics(
      options.plan,
      clock,
      facts,
      () => world.routing,
      (request) => world.slack.answer(request),
    ),
  );
  prepare(world, facts, clock, options);
  const account = deploy(options.template, world, options.observers);
  seedSecrets(world);
  seedConnections(world);
  options.arrange?.({ world, facts, clock, account });
  return await clock.run(async () => {
    const outageAt = outageStart(options.event, clock);
    if (options.begin === undefined) await play(options, world, account, clock);
    else await options.begin({ world, facts, clock, account });
    await options.after?.({ world, facts, clock, account });
    return describe(world, account, facts, outageAt);
  });
}

const byMail = async (question: OpenQuestion, answer: Answer): Promise<void> => {
  await answerOnPage(question, answer, linkInMail);
};

async function play(
  { event, answer, answerOver = byMail }: EventRunOptions,
  world: World,
  account: Account,
  clock: VirtualClock,
): Promise<void> {
  const watching = new AbortController();
  const ask: Ask = async (question) => {
    await clock.sleep(60_000);
    if (answer !== undefined) await answerOver(question, answer);
  };
  const where = { world, account, visit: visitFunction(account, clock) };
  const questions = watchQuestions(where, clock, ask, watching.signal);
  await account.putEvent(event);
  await Promise.all(account.executions.map(async ({ done }) => await done));
  for (const fleet of world.fleets.values()) await fleet.stop();
  // Clients may still have to learn the new address.
  await clock.sleep(CLIENT_CACHE_SECONDS * 1000);
  watching.abort();
  await questions;
}

/** An hour of a healthy service before, and what an outage makes of the lag after. */
function prepare(
  world: World,
  facts: VirtualFacts,
  clock: VirtualClock,
  { plan, primary, event }: EventRunOptions,
): void {
  const from = outageStart(event, clock).getTime();
  if (primary === 'down') world.unreachable.add(plan.regions.primary);
  for (const alarm of world.alarms.values()) alarm.state = 'ALARM';
  for (const { lag } of plan.databases) {
    const points = [];
    const step = lag.periodSeconds * 1000;
    const first = Math.floor((from - HISTORY_SECONDS * 1000) / step) * step;
    for (let at = first; at < from + FUTURE_SECONDS * 1000; at += step) {
      const grown = primary === 'down' ? Math.max(0, (at - from) / 1000) : 0;
      points.push({ at: new Date(at), value: HEALTHY_LAG_SECONDS + grown, unit: 'Seconds' });
    }
    world.metrics.set(`${lag.namespace}/${lag.metricName}`, points);
  }
  facts.unitsRunning = [...world.fleets.values()].reduce((sum, { running }) => sum + running, 0);
  if (facts.unitsRunning > 0) facts.firstUnitAt = clock.now();
}

function describe(world: World, account: Account, facts: VirtualFacts, outageAt: Date): EventRun {
  const execution = mainExecution(account.executions);
  const kept = [...world.objects].find(([key]) => key.includes('/incidents/'));
  const incident = kept === undefined ? null : IncidentReportShape.parse(JSON.parse(kept[1]));
  const outcome = execution === undefined ? 'ignored' : outcomeOf(execution);
  const servedAt = outcome === 'recovered' ? servedFrom(world, facts) : undefined;
  const provedSeconds = incident?.rto.measuredSeconds ?? 0;
  // Clients may be served before it is proved; the RTO ends when both are true.
  const rtoSeconds =
    servedAt === undefined
      ? null
      : Math.max((servedAt.getTime() - outageAt.getTime()) / 1000, provedSeconds);
  const overhead =
    rtoSeconds === null || incident === null
      ? null
      : overheadSeconds(
          world,
          incident,
          { startAt: outageAt, endAt: new Date(outageAt.getTime() + rtoSeconds * 1000) },
          CLIENT_CACHE_SECONDS,
        );
  return {
    outcome,
    path: execution === undefined ? [] : pathOf(execution.history),
    transitions: execution === undefined ? 0 : countTransitions(execution.history),
    rtoSeconds,
    overheadSeconds: overhead,
    floorSeconds: rtoSeconds === null || overhead === null ? null : rtoSeconds - overhead,
    notifications: world.deliveries,
    incident,
  };
}

/** When a client was served again: the database writes, a unit runs, and its cache has gone. */
function servedFrom(world: World, facts: VirtualFacts): Date | undefined {
  const dns = world.busy.filter(({ what }) => /^(health check|record)/.test(what));
  const learned = dns.map(({ to }) => to.getTime() + CLIENT_CACHE_SECONDS * 1000);
  const parts = [facts.promotedAt?.getTime(), facts.firstUnitAt?.getTime(), ...learned];
  if (facts.promotedAt === undefined || facts.firstUnitAt === undefined) return undefined;
  return new Date(Math.max(...parts.flatMap((at) => at ?? [])));
}
