import type { ShownRequest } from './approval/request.ts';
import type { IncidentCard } from './incident-card.ts';

/** A turn of an incident that people are told of. */
export type Turn =
  | 'opened'
  | 'declined'
  | 'question'
  | 'reminder'
  | 'escalation'
  | 'phase'
  | 'ended'
  | 'crashed'
  | 'returned'
  | 'test';

/** A question with a personal link for each approver who has a mail address, by name. */
export interface AskedQuestion {
  readonly request: ShownRequest;
  readonly links: ReadonlyMap<string, string>;
}

/** What people are told. Plain text: every channel escapes it in its own way. */
export interface Message {
  readonly turn: Turn;
  /** One line, up to 99 characters. */
  readonly subject: string;
  /** Lines of plain text. */
  readonly body: string;
  /** The same for every message about one turn of one incident. */
  readonly deduplicationKey: string;
  /** How urgent: `page` wants a human now, `info` does not. */
  readonly urgency: 'page' | 'info';
  /** The incident as it is now, for channels that update a message in place; null without one. */
  readonly card: IncidentCard | null;
  /** What is asked; null if nothing is. */
  readonly question: AskedQuestion | null;
}

/** The incident that a message is about; undefined if it is about none. */
export function incidentOf({
  card,
  question,
}: Pick<Message, 'card' | 'question'>):
  { readonly incidentId: string; readonly plan: string } | undefined {
  return card ?? question?.request;
}

const SUBJECT_CHARACTERS = 99;

/** Makes one line of words, short enough for every channel. */
export function subject(words: string): string {
  const line = words.replaceAll(/\s+/g, ' ').trim();
  return line.length > SUBJECT_CHARACTERS ? `${line.slice(0, SUBJECT_CHARACTERS - 1)}…` : line;
}
