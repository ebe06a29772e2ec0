import * as z from 'zod';
import { AuditLine } from './approval/audit.ts';
import type { DataLoss } from './data-loss.ts';
import type { Incident, OutageStart } from './incident.ts';
import { Outcome, secondsBetween } from './incident.ts';

/** When each phase was over, in the order in which they happen; missing where it did not. */
export interface Timeline {
  readonly openedAt: string;
  readonly decidedAt: string | undefined;
  readonly fencedAt: string | undefined;
  readonly promotedAt: string | undefined;
  readonly capacityAt: string | undefined;
  readonly standbyVerifiedAt: string | undefined;
  readonly switchedAt: string | undefined;
  readonly serviceVerifiedAt: string | undefined;
}

/** What an incident came to, for people and machines. Seconds; null where it is not known. */
export const IncidentReportShape = z.object({
  incident: z.string(),
  plan: z.string(),
  epoch: z.int(),
  outcome: Outcome,
  why: z.string(),
  openedAt: z.string(),
  closedAt: z.string(),
  rto: z.object({
    targetSeconds: z.number(),
    /** From the beginning that `basis` names to the verified service. */
    measuredSeconds: z.number().nullable(),
    basis: z.string(),
    phases: z.record(z.string(), z.number()),
  }),
  rpo: z.object({
    targetSeconds: z.number(),
    boundSeconds: z.number().nullable(),
    basis: z.string(),
  }),
  fence: z.string(),
  /** Who decided, and who tried to; the ledger has the same. */
  votes: z.array(AuditLine),
  refusedAttempts: z.array(AuditLine),
  leftovers: z.array(z.string()),
});
export type IncidentReport = z.infer<typeof IncidentReportShape>;

/** Everything that the report is made of. */
export interface Story {
  readonly incident: Incident;
  readonly outcome: Outcome;
  readonly why: string;
  readonly timeline: Timeline;
  /** As AssessDataLoss found it; as the alarm told it if that was not reached. */
  readonly outageStart: OutageStart;
  readonly dataLoss: DataLoss | undefined;
  readonly fence: { readonly grade: string; readonly why: string } | undefined;
  readonly promoted: boolean;
  readonly votes: readonly AuditLine[];
  readonly refusedAttempts: readonly AuditLine[];
  readonly leftovers: readonly string[];
  /** Options that lead the command line to the stack. */
  readonly stackOptions: string;
  readonly targets: { readonly rtoSeconds: number; readonly rpoSeconds: number };
  readonly now: Date;
}

/** Puts the story of an incident together. */
export function buildReport(story: Story): IncidentReport {
  const { incident, timeline, outageStart, dataLoss, fence, targets } = story;
  const start = outageStart.known ? outageStart.earliestAt : incident.openedAt;
  const end = timeline.serviceVerifiedAt;
  const leftovers = [...story.leftovers];
  if (story.promoted && fence?.grade !== 'confirmed') {
    leftovers.push(
      'The old primary is not confirmed fenced: it may take writes when it comes back. ' +
        `Fence it before anything else; while the service is in the standby Region it is tried every minute, too. ${fence?.why ?? ''}`.trim(),
    );
  }
  if (story.promoted) {
    leftovers.push(
      'The automation stands still until the cool-down ends and a human acknowledges: ' +
        `npx failover acknowledge ${incident.plan} ${story.stackOptions} --reason "..."`,
    );
  }
  return {
    incident: incident.id,
    plan: incident.plan,
    epoch: incident.epoch,
    outcome: story.outcome,
    why: story.why,
    openedAt: incident.openedAt,
    closedAt: story.now.toISOString(),
    rto: {
      targetSeconds: targets.rtoSeconds,
      measuredSeconds: end === undefined ? null : secondsBetween(start, end),
      basis: outageStart.known
        ? "from the outage's earliest beginning"
        : "from the incident's opening: when the outage began is not known, it was longer",
      phases: phasesOf(start, timeline),
    },
    rpo: {
      targetSeconds: targets.rpoSeconds,
      boundSeconds: dataLoss?.known === true ? dataLoss.boundSeconds : null,
      basis: dataLoss === undefined ? 'not assessed' : basisOf(dataLoss),
    },
    fence: fence === undefined ? 'not tried' : `${fence.grade}: ${fence.why}`,
    votes: [...story.votes],
    refusedAttempts: [...story.refusedAttempts],
    leftovers,
  };
}

function basisOf(loss: DataLoss): string {
  return loss.known ? `${loss.source}, sample of ${loss.sampleAt}` : `unknown: ${loss.reason}`;
}

/** Seconds by phase. Promotion and warm-up run at the same time and begin when fenced. */
function phasesOf(start: string, timeline: Timeline): Record<string, number> {
  const { fencedAt, promotedAt, capacityAt } = timeline;
  const joined = [promotedAt, capacityAt]
    .flatMap((at) => at ?? [])
    .toSorted()
    .at(-1);
  const spans: [string, string | undefined, string | undefined][] = [
    ['detect', start, timeline.openedAt],
    ['decide', timeline.openedAt, timeline.decidedAt],
    ['fence', timeline.decidedAt, fencedAt],
    ['promote', fencedAt, promotedAt],
    ['warmUp', fencedAt, capacityAt],
    ['verifyStandby', joined, timeline.standbyVerifiedAt],
    ['switchTraffic', timeline.standbyVerifiedAt, timeline.switchedAt],
    ['verifyService', timeline.switchedAt, timeline.serviceVerifiedAt],
  ];
  return Object.fromEntries(
    spans.flatMap(([name, from, to]) =>
      from === undefined || to === undefined
        ? []
        : [[name, Math.round(secondsBetween(from, to) * 1000) / 1000]],
    ),
  );
}

/** The report as lines that a person reads first. */
export function reportLines(report: IncidentReport): string[] {
  const { rto, rpo } = report;
  const phases = Object.entries(rto.phases).map(([name, seconds]) => `${name} ${seconds} s`);
  return [
    report.why,
    rto.measuredSeconds === null
      ? `RTO: not reached; the target is ${rto.targetSeconds} s (${phases.join(', ')})`
      : `RTO: ${rto.measuredSeconds} s of ${rto.targetSeconds} s, ${rto.basis} ` +
        `(${phases.join(', ')})`,
    rpo.boundSeconds === null
      ? `RPO: unknown; the target is ${rpo.targetSeconds} s (${rpo.basis})`
      : `RPO: at most ${rpo.boundSeconds} s of ${rpo.targetSeconds} s (${rpo.basis})`,
    `Fence: ${report.fence}`,
    ...report.votes.map(
      ({ who, decision, at, origin, reason }) =>
        `Vote: ${who ?? 'nobody'} ${decision ?? ''} at ${at} (${origin.channel}) ${reason}`,
    ),
    ...(report.refusedAttempts.length === 0
      ? []
      : [`Refused attempts to decide: ${report.refusedAttempts.length}`]),
    ...report.leftovers.map((leftover) => `Left to do: ${leftover}`),
  ];
}
