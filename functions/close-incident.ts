import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { tell } from '../aws/notify.ts';
import { Plan } from '../aws/plan.ts';
import type { Runtime } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { describeError } from '../core/errors.ts';
import { Incident, Outcome } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { endedNotice } from '../core/notices.ts';
import type { IncidentReport } from '../core/report.ts';
import { buildReport, reportLines } from '../core/report.ts';
import { endingTold, findLeftovers, readStory, StoryParts, whyOf } from '../core/story.ts';

/**
 * States CloseIncident, CloseStoodDown and RecordFailure: measures, records, gives the lock back
 * and tells. Everything is written under fixed names or conditions, so that it can run twice.
 * Fails if nobody could be told, after everything else is done.
 */
export const closeIncident = defineStep({
  name: 'CloseIncident',
  input: StoryParts.extend({ plan: Plan, incident: Incident, outcome: Outcome }),
  async run({ plan, incident, outcome, ...parts }, runtime) {
    const story = readStory(parts, incident);
    const draft = buildReport({
      incident,
      outcome,
      why: whyOf(outcome, parts),
      ...story,
      promoted: await wasPromotionRequested(runtime, plan, incident),
      leftovers: findLeftovers(
        parts,
        plan.fencing.some(({ kind }) => kind === 'edge'),
      ),
      targets: plan.objectives,
      now: runtime.clock.now(),
    });
    const report = await keep(runtime, draft);
    await appendToLedger(runtime, incident.id, 'closed', z.json().parse(report));
    await createIncidentStore(runtime).close(incident, outcome);
    runtime.log.info(logEvents.incidentClosed, { ...report });
    const told = await tell(runtime, plan, endedNotice(incident, outcome, reportLines(report)));
    await createIncidentStore(runtime).snapshotOnce(incident, endingTold, told);
    return { ...report, told };
  },
});

/** The ledger knows, also when the state that promoted never answered. */
async function wasPromotionRequested(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
): Promise<boolean> {
  const store = createIncidentStore(runtime);
  const intents = await Promise.all(
    plan.databases.map(async ({ id }) => await store.readPromotionIntent(incident, id)),
  );
  return intents.some((at) => at !== undefined);
}

/** Writes the report to S3. A bucket that fails is a leftover; the report is in the ledger too. */
async function keep(runtime: Runtime, report: IncidentReport): Promise<IncidentReport> {
  const client = runtime.client(S3Client, runtime.environment.region);
  const Key = `incidents/${report.plan}/${report.incident}.json`;
  try {
    await client.send(
      new PutObjectCommand({
        Bucket: runtime.environment.reportBucket,
        Key,
        Body: JSON.stringify(report, null, 2),
        ContentType: 'application/json',
      }),
    );
    return report;
  } catch (error) {
    const leftover = `The report could not be written to ${Key}: ${describeError(error)}`;
    return { ...report, leftovers: [...report.leftovers, leftover] };
  }
}

export const handler = toHandler(closeIncident);
