import type { Alarm } from '../core/alarm.ts';
import type { Incident, Lock } from '../core/incident.ts';
import { incidentId } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import type { Decision } from '../core/rules.ts';
import { decide } from '../core/rules.ts';
import type { TriageOutcome } from '../core/triage.ts';
import { triageRules } from '../core/triage.ts';
import { createIncidentStore } from './incident-store.ts';
import { readKillSwitch } from './kill-switch.ts';
import { appendToLedger } from './ledger.ts';
import type { Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';

/** What an alarm came to. Without a plan or an incident where none was opened. */
export interface Triage {
  readonly outcome: TriageOutcome;
  readonly ruleId: string;
  readonly why: string;
  readonly plan: Plan | null;
  readonly incident: Incident | null;
}

/** What an alarm means now: the switch and the lock are read for it. */
export async function triage(
  runtime: Runtime,
  alarm: Alarm,
  plan: Plan | undefined,
): Promise<Decision<TriageOutcome> & { lock: Lock | undefined }> {
  const store = createIncidentStore(runtime);
  const lock = plan === undefined ? undefined : await store.readLock(plan.name);
  const decision = decide(triageRules, {
    alarm,
    plan: plan && {
      name: plan.name,
      staleAfterSeconds: plan.detection.staleAfterSeconds,
      cooldownSeconds: plan.cooldownSeconds,
    },
    killSwitch:
      plan === undefined
        ? { readable: false, reason: 'no plan' }
        : await readKillSwitch(runtime, plan.name),
    lock,
    now: runtime.clock.now(),
  });
  return { ...decision, lock };
}

/**
 * A declined alarm is recorded under its plan, so that nothing that came in is forgotten. What is
 * said of it names the alarm and its time: no other one is meant, however often it is told.
 */
export async function decline(
  runtime: Runtime,
  decision: Decision<TriageOutcome>,
  alarm: Alarm,
  plan: Plan | undefined,
  executionArn: string,
): Promise<Triage> {
  const {
    outcome,
    ruleId,
    why: because,
  } = decision.outcome === 'open'
    ? {
        outcome: 'decline' as const,
        ruleId: 'duplicate',
        why: 'Another alarm of this plan was quicker by an instant.',
      }
    : decision;
  const why = `${because} Alarm ${alarm.name} of ${alarm.at}.`;
  const name = plan?.name ?? 'no-plan';
  await appendToLedger(runtime, `declined#${name}`, ruleId, { ruleId, why, executionArn });
  runtime.log.info(logEvents.alarmTriaged, { ruleId, why, plan: name });
  return { outcome, ruleId, why, plan: plan ?? null, incident: null };
}

/** The incident that this alarm opens, one epoch after the last one of its plan. */
export function nextIncident(
  runtime: Runtime,
  alarm: Alarm,
  plan: Plan,
  lock: Lock | undefined,
  executionArn: string,
): Incident {
  const epoch = (lock?.epoch ?? 0) + 1;
  const openedAt = runtime.clock.now().toISOString();
  return {
    id: incidentId(plan.name, openedAt, epoch),
    plan: plan.name,
    epoch,
    alarm: alarm.arn,
    alarmReason: alarm.reason,
    openedAt,
    outageStart: alarm.outageStart,
    executionArn,
    ...(lock?.settlesAt === undefined ? {} : { settlesAt: lock.settlesAt }),
  };
}
