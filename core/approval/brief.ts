import * as z from 'zod';
import { digestOf } from '../digest.ts';
import type { Incident } from '../incident.ts';
import { Instant } from '../incident.ts';

/**
 * What somebody who was woken up must see at a glance. Plain text in every field, from plans,
 * alarms and probes: whoever shows it escapes it.
 */
export const Brief = z.strictObject({
  /** What is asked: the promotion itself, or going on without a confirmed fence. */
  subject: z.enum(['promotion', 'unfenced']),
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
