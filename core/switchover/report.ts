import * as z from 'zod';
import type { AuditLine } from '../approval/audit.ts';
import { FenceGrade } from '../authorization.ts';
import type { Incident, Outcome } from '../incident.ts';
import { secondsBetween } from '../incident.ts';
import type { IncidentReport } from '../report.ts';

const Timed = z.object({ at: z.string(), why: z.string() });

/** What the states before handed over, as far as the run came. Loose, as in a failover's story. */
export const SwitchoverParts = z.object({
  rebuilt: z.array(
    Timed.extend({ kept: z.string().nullable(), isToReboot: z.boolean().optional() }),
  ),
  readiness: Timed.nullable(),
  judged: z
    .object({ why: z.string(), approval: z.object({ decidedAt: z.string() }).nullish() })
    .nullable(),
  capacity: z.array(z.object({ ready: z.boolean(), why: z.string() })),
  /** When writes were first held; null if they never were. */
  heldAt: z.string().nullable(),
  fence: Timed.extend({ grade: FenceGrade }).nullable(),
  caughtUp: Timed.extend({ reached: z.boolean() }).nullable(),
  promotions: z.array(Timed),
  standby: Timed.extend({ verified: z.boolean() }).nullable(),
  traffic: z.array(Timed),
  service: Timed.extend({ verified: z.boolean() }).nullable(),
  undo: z.object({ leftovers: z.array(z.string()), why: z.string() }).nullable(),
  failure: z.object({ error: z.string(), why: z.string().optional() }).nullable(),
});
export type SwitchoverParts = z.infer<typeof SwitchoverParts>;

/** Everything that the report of a switchover is made of. */
export interface SwitchoverStory {
  readonly incident: Incident;
  readonly outcome: Outcome;
  readonly regions: { readonly primary: string; readonly standby: string };
  readonly parts: SwitchoverParts;
  readonly votes: readonly AuditLine[];
  readonly refusedAttempts: readonly AuditLine[];
  readonly leftovers: readonly string[];
  readonly stackOptions: string;
  readonly targets: { readonly rtoSeconds: number; readonly rpoSeconds: number };
  readonly now: Date;
}

/** Puts the story of a switchover together. Its RTO is the time in which writes were held. */
export function buildSwitchoverReport(story: SwitchoverStory): IncidentReport {
  const { incident, outcome, parts, targets } = story;
  const { heldAt, service, caughtUp } = parts;
  const servedAt = service?.verified === true ? service.at : undefined;
  const isProved = caughtUp?.reached === true;
  return {
    ...{ incident: incident.id, plan: incident.plan, epoch: incident.epoch, outcome },
    why: whyOf(story),
    openedAt: incident.openedAt,
    closedAt: story.now.toISOString(),
    rto: {
      targetSeconds: targets.rtoSeconds,
      measuredSeconds:
        heldAt === null || servedAt === undefined ? null : secondsBetween(heldAt, servedAt),
      basis: 'from the moment at which writes were held',
      phases: phasesOf(incident, parts),
    },
    rpo: {
      targetSeconds: targets.rpoSeconds,
      boundSeconds: isProved && parts.promotions.length > 0 ? 0 : null,
      basis: isProved ? caughtUp.why : 'nothing was promoted',
    },
    fence: parts.fence === null ? 'not tried' : `${parts.fence.grade}: ${parts.fence.why}`,
    votes: [...story.votes],
    refusedAttempts: [...story.refusedAttempts],
    leftovers: [...story.leftovers, ...leftoversOf(story)],
  };
}

function leftoversOf({ incident, outcome, regions, parts, stackOptions }: SwitchoverStory) {
  const kept = parts.rebuilt.flatMap((each) => each.kept ?? []);
  return [
    ...(parts.undo?.leftovers ?? []),
    ...kept.map(
      (name) =>
        `The old instance is kept as ${name}, and still takes writes of whoever has its address. ` +
        'Delete it once nobody needs it.',
    ),
    // A promotion reboots.
    ...(outcome !== 'moved' && parts.rebuilt.some(({ isToReboot }) => isToReboot)
      ? [
          `A replica in ${regions.standby} has a parameter group that applies with its next reboot ` +
            'only: a promotion reboots it, or reboot it before.',
        ]
      : []),
    ...(outcome === 'moved'
      ? [
          'The automation stands still until the cool-down ends and a human acknowledges: ' +
            `npx failover acknowledge ${incident.plan} ${stackOptions} --reason "..."`,
          `${regions.primary} has no replica that could take over: once it is acknowledged, npx failover ` +
            `rebuild ${incident.plan} --to ${regions.primary} ${stackOptions} --reason "..."`,
        ]
      : []),
  ];
}

function whyOf({ outcome, regions, parts }: SwitchoverStory): string {
  const { failure, undo, judged } = parts;
  const undone = undo === null ? [] : [undo.why];
  if (outcome === 'moved') return `The service answers from ${regions.standby}; nothing was lost.`;
  if (outcome === 'prepared')
    return `The replica in ${regions.standby} follows the writer in ${regions.primary}.`;
  if (failure === null) return [judged?.why ?? 'It was not decided.', ...undone].join(' ');
  const progress = parts.promotions.length > 0 || undo === null ? [progressOf(parts)] : [];
  return [`${failure.error}: ${failure.why ?? 'no cause given.'}`, ...undone, ...progress].join(
    ' ',
  );
}

/** The phases after the point of no return, done and not done, in their order. */
function progressOf({ promotions, standby, traffic, service }: SwitchoverParts): string {
  const phases: [name: string, isDone: boolean][] = [
    ['databases promoted', promotions.length > 0],
    ['target verified', standby?.verified === true],
    ['traffic switched', traffic.length > 0],
    ['service verified', service?.verified === true],
  ];
  const list = (wanted: boolean): string =>
    phases.flatMap(([name, isDone]) => (isDone === wanted ? [name] : [])).join(', ') || 'nothing';
  return `How far it got: ${list(true)}. Not known to be done: ${list(false)}.`;
}

/** Seconds by phase. */
function phasesOf(incident: Incident, parts: SwitchoverParts): Record<string, number> {
  const latest = (items: readonly { readonly at: string }[]): string | undefined =>
    items
      .map(({ at }) => at)
      .toSorted()
      .at(-1);
  const { readiness, judged, heldAt, caughtUp, promotions, standby, traffic, service } = parts;
  const decidedAt = judged?.approval?.decidedAt;
  const spans: [string, string | undefined, string | undefined][] = [
    ['prepare', incident.openedAt, readiness?.at],
    ['decide', readiness?.at, decidedAt],
    ['warmUp', decidedAt, heldAt ?? undefined],
    ['catchUp', heldAt ?? undefined, caughtUp?.at],
    ['promote', caughtUp?.at, latest(promotions)],
    ['verifyTarget', latest(promotions), standby?.at],
    ['switchTraffic', standby?.at, latest(traffic)],
    ['verifyService', latest(traffic), service?.at],
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
export function switchoverLines(report: IncidentReport): string[] {
  const { rto, rpo } = report;
  const phases = Object.entries(rto.phases).map(([name, seconds]) => `${name} ${seconds} s`);
  return [
    report.why,
    rto.measuredSeconds === null
      ? `Writes: not moved (${phases.join(', ')})`
      : `Writes were held for ${rto.measuredSeconds} s (${phases.join(', ')})`,
    rpo.boundSeconds === null ? `Loss: ${rpo.basis}` : `Loss: none. ${rpo.basis}`,
    `Fence: ${report.fence}`,
    ...report.votes.map(
      ({ who, decision, at, origin, reason }) =>
        `Vote: ${who ?? 'nobody'} ${decision ?? ''} at ${at} (${origin.channel}) ${reason}`,
    ),
    ...report.leftovers.map((leftover) => `Left to do: ${leftover}`),
  ];
}
