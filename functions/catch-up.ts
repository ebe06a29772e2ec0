import * as z from 'zod';
import { createIncidentStore } from '../aws/incident-store.ts';
import { refuseIfPaused } from '../aws/kill-switch.ts';
import { appendToLedger, CAUGHT_UP } from '../aws/ledger.ts';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { Positions, catchUpWith } from '../aws/switchover/catch-up.ts';
import { DeadlineExceededError } from '../core/errors.ts';
import { Incident, Instant } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { nextPollSeconds } from '../core/poll.ts';

const POLL_CAP_SECONDS = 5;

/**
 * State CatchUp: ends the sessions that the fence left at the source, writes a position once nobody
 * is there, and says whether the target has replayed it while nobody came. Called again until every
 * database has. Safe to repeat: who looks a second time takes no position but a new, later one.
 */
export const catchUp = defineStep({
  name: 'CatchUp',
  input: z.strictObject({
    plan: Plan,
    incident: Incident,
    startedAt: Instant,
    /** The positions of the turn before, by database; null at first. */
    before: Positions.nullable(),
  }),
  async run({ plan, incident, startedAt, before }, runtime) {
    await createIncidentStore(runtime).assertHolder(incident);
    await refuseIfPaused(runtime, plan.name);
    const hold = { plan, incident, startedAt };
    const turns = await Promise.all(
      plan.databases.map(
        async (database) =>
          await catchUpWith(runtime, hold, database, before?.[database.id] ?? null),
      ),
    );
    const now = runtime.clock.now();
    const why = turns.map(({ words }) => words).join(' ');
    runtime.log.info(logEvents.replicaMeasured, { incident: incident.id, turns });
    if (turns.some(({ outcome }) => outcome === 'failed')) throw new DeadlineExceededError(why);
    const reached = turns.every(({ outcome }) => outcome === 'reached');
    const positions = Object.fromEntries(turns.map(({ id, position }) => [id, position]));
    if (reached) {
      const proved = Object.fromEntries(turns.map(({ id, known }) => [id, known?.lsn ?? null]));
      await appendToLedger(runtime, incident.id, CAUGHT_UP, { why, positions: proved });
    }
    return {
      ...{ reached, why, positions, at: now.toISOString() },
      waitSeconds: nextPollSeconds(startedAt, now, POLL_CAP_SECONDS),
    };
  },
});

export const handler = toHandler(catchUp);
