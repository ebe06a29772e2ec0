import * as z from 'zod';
import { databaseDriver } from '../aws/drivers/databases.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger, notePhase } from '../aws/ledger.ts';
import { Database, Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { decidePromotion, requestOnce } from '../aws/request-promotion.ts';
import { DeadlineExceededError, NotReadyError } from '../core/errors.ts';
import { Incident, Instant } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { nextPollSeconds } from '../core/poll.ts';

const POLL_CAP_SECONDS = 10;

/**
 * State PromoteDatabase: reads the role, decides, and asks for promotion if nobody did yet. It is
 * called again until the database is a writer. The intent is written before the call, so that a
 * lost answer is followed by a read and not by a second call. A database that somebody else made
 * the writer counts as promoted by this incident: from there it only goes forward. A request that
 * comes minutes after the last look needs another look: a primary that is back vetoes it.
 */
export const promoteDatabase = defineStep({
  name: 'PromoteDatabase',
  input: z.strictObject({ plan: Plan, incident: Incident, database: Database, startedAt: Instant }),
  async run({ plan, incident, database, startedAt }, runtime) {
    const context = { plan, runtime };
    const store = createIncidentStore(runtime);
    const driver = databaseDriver(database);
    const state = await driver.read(context);
    const requestedAt = await store.readPromotionIntent(incident, database.id);
    const [now, deadlineSeconds] = [runtime.clock.now(), database.promotionDeadlineSeconds];
    const facts = { ...state, requestedAt, startedAt, deadlineSeconds, now };
    const { outcome, ruleId, why } = await decidePromotion(runtime, plan, incident, facts);
    if (outcome === 'refused') throw new NotReadyError(`${database.id}: ${why}`);
    if (outcome === 'failed') throw new DeadlineExceededError(`${database.id}: ${why}`);
    if (outcome === 'request') {
      await store.recordPromotionIntent(incident, database.id);
      await requestOnce(() => driver.promote(context));
      await appendToLedger(runtime, incident.id, 'promotion-requested', { database: database.id });
      runtime.log.info(logEvents.promotionRequested, { incident: incident.id, ruleId });
    }
    if (outcome === 'promoted' && requestedAt === undefined) {
      await store.recordPromotionIntent(incident, database.id);
      await appendToLedger(runtime, incident.id, 'promoted-by-others', { database: database.id });
    }
    if (outcome === 'promoted') await notePhase(runtime, incident.id, 'promoted', { why });
    return {
      id: database.id,
      outcome,
      ruleId,
      why: `${database.id}: ${why}`,
      requestedAt: outcome === 'request' ? now.toISOString() : (requestedAt ?? null),
      at: now.toISOString(),
      waitSeconds: nextPollSeconds(startedAt, now, POLL_CAP_SECONDS),
    };
  },
});

export const handler = toHandler(promoteDatabase);
