import { closeRequest } from '../aws/approvals/close-request.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { readCardIfPossible } from '../aws/incident-card.ts';
import { appendToLedger, readLedger } from '../aws/ledger.ts';
import { tell } from '../aws/notify.ts';
import { Plan } from '../aws/plan.ts';
import { keepReport } from '../aws/report-store.ts';
import { settlesAt } from '../aws/settling.ts';
import { stackOptionsOf } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { askedPromotions, unconfirmed } from '../aws/unfinished.ts';
import { auditOf } from '../core/approval/audit.ts';
import { Incident, Outcome } from '../core/incident.ts';
import { JsonValue } from '../core/json.ts';
import { logEvents } from '../core/log-events.ts';
import { endedNotice } from '../core/notices.ts';
import { endingTold } from '../core/story.ts';
import {
  buildSwitchoverReport,
  SwitchoverParts,
  switchoverLines,
} from '../core/switchover/report.ts';

/**
 * States CloseSwitchover, CloseUnmoved and RecordFailure: measures, records, gives the lock back and
 * tells. Everything is written under fixed names or conditions, so that it can run twice. Fails if
 * nobody could be told, after everything else is done.
 */
export const closeSwitchover = defineStep({
  name: 'CloseSwitchover',
  input: SwitchoverParts.extend({ plan: Plan, incident: Incident, outcome: Outcome }),
  async run({ plan, incident, outcome, ...parts }, runtime) {
    const asked = await askedPromotions(runtime, plan, incident);
    const isConfirmed = parts.promotions.length > 0;
    const draft = buildSwitchoverReport({
      ...{ incident, outcome, parts },
      regions: plan.regions,
      ...auditOf(await readLedger(runtime, incident.id)),
      leftovers: isConfirmed ? [] : asked.map(unconfirmed),
      stackOptions: stackOptionsOf(runtime.environment),
      targets: plan.objectives,
      now: runtime.clock.now(),
    });
    const report = await keepReport(runtime, draft);
    await appendToLedger(runtime, incident.id, 'closed', JsonValue.parse(report));
    await closeRequest(runtime, incident.id);
    const settled = await settlesAt(runtime, plan, incident);
    await createIncidentStore(runtime).close(incident, outcome, settled);
    runtime.log.info(logEvents.switchoverClosed, { ...report });
    const card = await readCardIfPossible(runtime, incident.id);
    const lines = switchoverLines(report);
    const notice = endedNotice(incident, outcome, lines, card);
    const { channels: told } = await tell(runtime, plan, notice);
    await createIncidentStore(runtime).snapshotOnce(incident, endingTold, [...told]);
    return { ...report, told };
  },
});

export const handler = toHandler(closeSwitchover);
