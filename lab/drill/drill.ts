import * as z from 'zod';
import type { Plan } from '../../aws/plan.ts';
import { deploy } from '../account.ts';
import type { Account, Observers } from '../account.ts';
import { createWallClock } from '../clock.ts';
import type { LabClock } from '../clock.ts';
import { startFrontDoor } from '../front-door/server.ts';
import { visitByHttp } from '../front-door/visit.ts';
import { startMailbox } from '../parts/mailbox.ts';
import type { Parts } from '../parts/world-parts.ts';
import { seedConnections } from '../open-database.ts';
import type { LabRecord } from '../record.ts';
import { packTemplate } from '../template.ts';
import { catchMail } from '../world/mail.ts';
import { addresses } from '../world/routing.ts';
import { seedSecrets } from '../world/slack.ts';
import { createWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';
import type { Ask } from './approvals.ts';
import { watchQuestions } from './approvals.ts';
import { startBystander } from './bystander.ts';
import { failBack } from './fail-back.ts';
import { keepEverySecond } from './keep-slot.ts';
import { startMonitor } from './monitor.ts';
import { startDrillParts, warmFleets } from './start-parts.ts';
import { createDrillPhysics } from './physics.ts';
import type { Limits } from './physics.ts';
import { recordDrill } from './record-drill.ts';
import type { OnCompared } from './record-drill.ts';
import type { Scenario, Stage } from './scenarios.ts';
import { tickEverySecond } from './schedule.ts';

/** What to drill, and who watches. */
export interface DrillOptions {
  readonly plan: Plan;
  readonly planFile: string;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly ask: Ask;
  readonly say: (line: string) => void;
  readonly observers?: Observers;
  /** Whether the orders that never crossed are applied in the end. */
  readonly reconcile: boolean;
  readonly onCompared?: OnCompared;
  /** Whether the service goes home in the end. */
  readonly failback: boolean;
}

const WARM_UP_MILLISECONDS = 2500;
const SETTLE_MILLISECONDS = 1500;

/**
 * Runs a scenario with real parts: starts them, lets clients write, lets the scenario happen, and
 * judges by what the clients remember. Leaves nothing behind.
 */
export async function runDrill(options: DrillOptions): Promise<LabRecord> {
  const clock = createWallClock();
  const limits: Limits = { noCapacity: false, onPromotion: () => undefined };
  // The parts ask the world's routing, and the world acts on the parts: one of them comes first.
  const started: { parts?: Parts } = {};
  const theParts = (): Parts => {
    if (started.parts === undefined) throw new Error('The parts are not started.');
    return started.parts;
  };
  const physics = createDrillPhysics(theParts, clock, limits);
  const world = createWorld(options.plan, clock, physics);
  options.say('starting PostgreSQL, its standby, DNS, applications and clients');
  const [template, parts] = await Promise.all([
    packTemplate(options.planFile),
    startDrillParts(world),
  ]);
  started.parts = parts;
  try {
    const bystander = await startBystander(parts.certificates, (request) =>
      world.slack.answer(request),
    );
    const mailbox = await startMailbox((mail) => {
      catchMail(world.ses, world.deliveries, { ...mail, at: clock.now() });
    });
    world.ses.carry = (mail) => mailbox.carry(mail);
    parts.book.set({ host: addresses.elsewhere, port: 443 }, bystander.port);
    try {
      await warmFleets(world, parts);
      const deployed: { account?: Account } = {};
      const door = await startFrontDoor(
        async (event) => await deployed.account?.frontDoor(z.json().parse(event)),
        () => clock.now(),
      );
      try {
        const { observers, seed } = options;
        const account = deploy(template, world, observers, seed, door.url);
        deployed.account = account;
        return await play(options, { world, parts, clock, limits, account });
      } finally {
        await door.close();
      }
    } finally {
      await Promise.all([bystander.close(), mailbox.close()]);
    }
  } finally {
    for (const fleet of world.fleets.values()) await fleet.stop();
    await parts.stop();
  }
}

interface Playing {
  readonly world: World;
  readonly parts: Parts;
  readonly clock: LabClock;
  readonly limits: Limits;
  readonly account: Account;
}

async function play(options: DrillOptions, playing: Playing): Promise<LabRecord> {
  const { world, parts, clock, limits, account } = playing;
  seedSecrets(world);
  seedConnections(world);
  const monitor = startMonitor(world, parts, clock);
  const watching = new AbortController();
  const schedule = Promise.all([
    tickEverySecond(account, clock, watching.signal),
    keepEverySecond(parts, clock, watching.signal),
  ]);
  const questions = watchQuestions(
    { world, account, visit: visitByHttp },
    clock,
    options.ask,
    watching.signal,
  );
  try {
    options.say('clients write orders');
    await clock.sleep(WARM_UP_MILLISECONDS);
    const stage: Stage = { world, parts, clock, monitor, limits, say: options.say };
    const startedAt = clock.now();
    const events = await options.scenario.act(stage);
    await Promise.all(
      events.map(async (event) => {
        await account.putEvent(event);
      }),
    );
    await Promise.all(account.executions.map(async ({ done }) => await done));
    const amiss = (await options.scenario.after?.(stage)) ?? [];
    await clock.sleep(SETTLE_MILLISECONDS);
    await parts.clients.stop();
    watching.abort();
    const asked = await questions;
    await schedule;
    await monitor.stop();
    const record = await recordDrill({
      ...options,
      ...{ world, parts, clock, account },
      asked,
      startedAt,
      amiss,
    });
    return options.failback ? await goHome(options, playing, record) : record;
  } finally {
    watching.abort();
    await Promise.all([questions, schedule, monitor.stop()]);
  }
}

/** Only a drill that has left, and whose lost writes are accounted for, has a way back. */
async function goHome(options: DrillOptions, playing: Playing, record: LabRecord) {
  if (record.reconciliation?.end !== 'Reconciled' || !record.asExpected) return record;
  const failback = await failBack({ ...options, ...playing });
  const faults = [...record.faults, ...failback.faults];
  return { ...record, failback, faults, asExpected: faults.length === 0 };
}
