import type { Rule } from '../rules.ts';
import { decide } from '../rules.ts';
import type { ApprovalRequest } from './request.ts';

/** What came of an attempt to tell a turn of the agenda. */
export interface TellingFacts {
  readonly turn: string;
  /** The how manieth attempt at this turn it was. */
  readonly tries: number;
  /** Whether anybody has the message. */
  readonly isReached: boolean;
  /** Whether somebody was missed for a reason that may pass. */
  readonly mayPass: boolean;
}

/** `told`: the turn is done. `again`: it is due again after a pause. */
export type TellingOutcome = 'told' | 'again';

/** Whoever is missed for so long hears of it by the next reminder. */
const MOST_TRIES = 5;

/** Reminders come again by themselves: only what opens a question is worth the trouble. */
const isOpening = (turn: string): boolean => turn === 'first' || turn === 'escalation';

/** Whether a turn of the agenda is done: the first row that matches decides. */
export const tellingRules: readonly Rule<TellingFacts, TellingOutcome>[] = [
  {
    id: 'reminded',
    when: ({ turn }) => !isOpening(turn),
    then: 'told',
    why: 'A reminder is told once; the next one comes by itself.',
  },
  {
    id: 'nobody-reached',
    when: ({ isReached }) => !isReached,
    then: 'again',
    why: 'It reached nobody. Those who were asked before are deciding; it is due again.',
  },
  {
    id: 'some-missed',
    when: ({ mayPass, tries }) => mayPass && tries < MOST_TRIES,
    then: 'again',
    why: 'Somebody was missed for a reason that may pass: they are told again.',
  },
  {
    id: 'told',
    when: () => true,
    then: 'told',
    why: 'Everybody was told, or cannot be told over these channels.',
  },
];

const FIRST_PAUSE_SECONDS = 5;
/** The workflow looks by itself that often, too. */
const LONGEST_PAUSE_SECONDS = 300;

/**
 * What an attempt changes in the question, and the rule that says so. Pauses of 5, 10, 20 and 40 s
 * for whoever was missed; while nobody is reached up to 300 s, until the question expires:
 * 10,800 s / 300 s = 36 turns at the most.
 */
export function afterTelling(
  request: ApprovalRequest,
  facts: Omit<TellingFacts, 'tries'> & { readonly asked: readonly string[] },
  now: Date,
) {
  const { turn, asked } = facts;
  const tries = request.again?.turn === turn ? request.again.tries + 1 : 1;
  const { outcome, ruleId, why } = decide(tellingRules, { ...facts, tries });
  const known = [...new Set([...request.asked, ...asked])];
  const pauseSeconds = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (tries - 1));
  const at = new Date(now.getTime() + pauseSeconds * 1000).toISOString();
  const changes =
    outcome === 'told'
      ? { asked: known, told: [...request.told, turn] }
      : { asked: known, again: { turn, tries, at } };
  return { outcome, ruleId, why, changes };
}
