import * as z from 'zod';
import type { Seen } from './invariant.ts';
import { itemsOf, onceAnItem } from './reads.ts';

const Pointer = z.object({
  incident: z
    .object({
      id: z.string(),
      epoch: z.number(),
      openedAt: z.string(),
      executionArn: z.string(),
    })
    .optional(),
});

/** An incident, and the name of the execution that opened it. */
export interface Opened {
  readonly id: string;
  readonly epoch: number;
  readonly openedAt: string;
  readonly execution: string;
}

/** Every incident that was ever opened. An execution that opened none may have forbidden itself to. */
export function incidentsIn(seen: Seen): Opened[] {
  return itemsOf(seen, '|EXECUTION#').flatMap(([, item]) => {
    const { incident } = parsePointer(item);
    if (incident === undefined) return [];
    return [{ ...incident, execution: incident.executionArn.split(':').at(-1) ?? '' }];
  });
}

const parsePointer = onceAnItem((item) => Pointer.parse(item));

/** Whether a line of this kind is in the story of an incident. */
export function hasLine(seen: Seen, incidentId: string, what: string): boolean {
  return itemsOf(seen, `|INCIDENT#${incidentId}|LEDGER#`).some(([key]) =>
    key.includes(`#${what}#`),
  );
}

/** Whether anybody ever wrote down that a promotion is about to be asked for. */
export function hasIntent(seen: Seen): boolean {
  return itemsOf(seen, '|INTENT#promote#').length > 0;
}

const Question = z.object({
  evidenceDigest: z.string(),
  approvalsNeeded: z.number(),
  brief: z.object({ loss: z.string() }),
  votes: z.array(
    z.object({ approver: z.string(), decision: z.string(), evidenceDigest: z.string() }),
  ),
  decision: z
    .object({ decision: z.string(), by: z.string(), evidenceDigest: z.string() })
    .optional(),
});

const parseQuestion = onceAnItem((item) => Question.parse(item));

/** Every question as the table has it now, one an incident. */
export function questionsIn(seen: Seen): z.infer<typeof Question>[] {
  return itemsOf(seen, '|APPROVAL').map(([, item]) => parseQuestion(item));
}

const Authorized = z.object({
  at: z.string(),
  entry: z.object({ facts: z.object({ lossBoundSeconds: z.number().nullable() }) }),
});

/** The bound of the loss that the newest authorization went by; null where it was not known. */
export function authorizedLoss(seen: Seen): number | null | undefined {
  const lines = itemsOf(seen, '#authorization#').map(([, item]) => Authorized.parse(item));
  return lines.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1)?.entry.facts.lossBoundSeconds;
}
