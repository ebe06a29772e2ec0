import type { Brief } from '../approval/brief.ts';
import type { Incident } from '../incident.ts';

/** The brief for the question whether a service is to be moved now. */
export function switchoverBrief(
  incident: Incident,
  { primary, standby }: { readonly primary: string; readonly standby: string },
  evidence: readonly string[],
): Brief {
  return {
    subject: 'switchover',
    service: incident.plan,
    ...{ primary, standby },
    alarm: incident.alarm,
    alarmReason: incident.alarmReason,
    openedAt: incident.openedAt,
    question: `Is ${incident.plan} to be moved from ${primary} to ${standby} now?`,
    down: [`Nothing is down: ${primary} serves.`, ...evidence],
    loss: 'None. Writes are held until the replica has all of them; if it cannot, they go on.',
    warnings: [
      'From yes on, writes are refused until the other Region serves: minutes, as a rule.',
      'If nobody decides in time, nothing is moved.',
    ],
    yes: [
      `Writes are held in ${primary}, and the replica in ${standby} is promoted once it has all.`,
      `Traffic moves to ${standby}. ${primary} is left without a replica until one is made there.`,
    ],
    no: [
      'The capacity that was raised is put back, and nothing is promoted.',
      `The service stays in ${primary}, as it is.`,
    ],
  };
}
