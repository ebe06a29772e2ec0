import * as z from 'zod';
import type { DataLoss } from '../data-loss.ts';
import { digestOf } from '../digest.ts';
import type { Incident } from '../incident.ts';
import { Instant } from '../incident.ts';
import type { Authorization } from '../plan/authorization.ts';
import type { Round } from '../outage.ts';

/**
 * What somebody who was woken up must see at a glance. Plain text in every field, from plans,
 * alarms and probes: whoever shows it escapes it.
 */
export const Brief = z.strictObject({
  /**
   * What is asked: the promotion itself, going on without a confirmed fence, a planned move, or
   * applying what never crossed.
   */
  subject: z.enum(['promotion', 'unfenced', 'switchover', 'reconciliation']),
  service: z.string(),
  primary: z.string(),
  standby: z.string(),
  alarm: z.string(),
  alarmReason: z.string(),
  openedAt: Instant,
  /** Why a human is asked, in a sentence or two. */
  question: z.string(),
  /** What is down and who says so: a line for the verdict, then one for each probe. */
  down: z.array(z.string()),
  /** What would be lost. */
  loss: z.string(),
  /** What else must be known: a missing fence, two possible writers. */
  warnings: z.array(z.string()),
  /** What happens on yes, and on no. */
  yes: z.array(z.string()),
  no: z.array(z.string()),
});
export type Brief = z.infer<typeof Brief>;

/** What stands above the lines that say what was found. */
export const foundTitle: Readonly<Record<Brief['subject'], string>> = {
  promotion: 'What is down, and who says so',
  unfenced: 'What is down, and who says so',
  switchover: 'What was found',
  reconciliation: 'What was found',
};

/** What a brief is made of. */
interface BriefFacts {
  readonly incident: Incident;
  readonly regions: { readonly primary: string; readonly standby: string };
  readonly verdict: 'confirmed' | 'undecided';
  readonly round: Round;
  readonly dataLoss: DataLoss;
  /** Ids of the control targets. */
  readonly controls: readonly string[];
  readonly rpoSeconds: number;
  readonly question: string;
  readonly onExpiry: Authorization['onExpiry'];
}

/** The brief for the question whether to promote at all. */
export function promotionBrief(facts: BriefFacts): Brief {
  const { incident, regions, verdict, round, controls } = facts;
  return {
    subject: 'promotion',
    service: incident.plan,
    ...regions,
    alarm: incident.alarm,
    alarmReason: incident.alarmReason,
    openedAt: incident.openedAt,
    question: facts.question,
    down: [
      verdict === 'confirmed'
        ? `The outage of ${regions.primary} is confirmed, as seen from ${round.vantage}.`
        : `The probes do not agree that ${regions.primary} is down, as seen from ${round.vantage}.`,
      ...round.probes.map(({ id, kind, vote, why }) =>
        controls.includes(id)
          ? `${id}, elsewhere on the Internet, says ${vote}: ${why}`
          : `${id} (${kind}) says ${vote}: ${why}`,
      ),
    ],
    loss: lossWords(facts),
    warnings: [
      silenceWords[facts.onExpiry.action],
      'If the old primary cannot be fenced, both databases may take writes until it is.',
    ],
    yes: [
      `The database in ${regions.primary} is fenced and the one in ${regions.standby} promoted.`,
      `Traffic moves to ${regions.standby}. The way back is a failback, hours of work.`,
    ],
    no: [
      'Everything that was prepared is undone, and nothing is promoted.',
      `The service stays in ${regions.primary}, as it is.`,
    ],
  };
}

/** What silence means, for whoever is asked: part of what they are shown. */
const silenceWords: Readonly<Record<Authorization['onExpiry']['action'], string>> = {
  stop: 'If nobody decides in time, nothing is promoted.',
  escalate: 'If nobody decides in time, more people are asked; after that nothing is promoted.',
  promote: 'If nobody decides in time, THE STANDBY IS PROMOTED WITHOUT A HUMAN, as the plan says.',
};

function lossWords({ dataLoss, rpoSeconds }: BriefFacts): string {
  if (!dataLoss.known) return `Not known: ${dataLoss.reason} The RPO is ${rpoSeconds} s.`;
  const { boundSeconds, estimateSeconds, source, sampleAt } = dataLoss;
  return (
    `The writes of the last ${boundSeconds} s at the most, probably of ${estimateSeconds} s; ` +
    `the RPO is ${rpoSeconds} s. Source: ${source}, sample of ${sampleAt}.`
  );
}

/** The brief for going on although no fence is confirmed; everything else was decided before. */
export function unfencedBrief(before: Brief, question: string, fences: readonly string[]): Brief {
  return {
    ...before,
    subject: 'unfenced',
    question,
    warnings: [
      'If nobody decides in time, nothing is promoted.',
      `The old primary in ${before.primary} may still take writes. Both databases could then hold ` +
        'writes that contradict each other, until somebody fences the old one and reconciles them.',
      ...fences,
    ],
    yes: [
      `The database in ${before.standby} is promoted although the old one is not confirmed fenced.`,
      ...before.yes.slice(1),
    ],
  };
}

/** What a vote is bound to: this brief of this incident, and nothing newer. */
export function digestOfBrief(incident: Pick<Incident, 'id' | 'epoch'>, brief: Brief): string {
  return digestOf({ incident: incident.id, epoch: incident.epoch, brief });
}

/** The brief as lines, for channels that only know text. */
export function briefLines(brief: Brief): string[] {
  return [
    brief.question,
    ...brief.down.map((line) => `- ${line}`),
    `Loss: ${brief.loss}`,
    ...brief.warnings.map((line) => `Beware: ${line}`),
    `Yes: ${brief.yes.join(' ')}`,
    `No: ${brief.no.join(' ')}`,
  ];
}
