import type { Rule } from '../rules.ts';
import type { Apart } from './gtid.ts';

/** What the positions of both sides say, or why they say nothing. */
export type MovementFacts =
  | { readonly known: true; readonly apart: Apart }
  | { readonly known: false; readonly reason: string };

/** Which side committed something since the histories parted. */
export type Movement = 'old' | 'writer' | 'both' | 'neither' | 'unknown';

const SHOWN = 10;
const listed = (gtids: readonly string[]): string => {
  const more = gtids.length > SHOWN ? ` and ${gtids.length - SHOWN} more` : '';
  return `${gtids.slice(0, SHOWN).join(', ')}${more}.`;
};

/**
 * Two databases alone cannot tell an insert there from a delete here. But where one side committed
 * nothing since the fork, everything that differs is the other's. The first row that matches decides.
 */
export const movementRules: readonly Rule<MovementFacts, Movement>[] = [
  {
    id: 'positions-unknown',
    when: ({ known }) => !known,
    then: 'unknown',
    why: 'Which side went on is not known.',
    detail: (facts) => (facts.known ? '' : facts.reason),
  },
  {
    id: 'only-the-old-primary',
    when: (facts) => facts.known && facts.apart.old.length > 0 && facts.apart.writer.length === 0,
    then: 'old',
    why: 'The writer committed nothing of its own. It never got what the old primary committed as',
    detail: (facts) => (facts.known ? listed(facts.apart.old) : ''),
  },
  {
    id: 'only-the-writer',
    when: (facts) => facts.known && facts.apart.old.length === 0 && facts.apart.writer.length > 0,
    then: 'writer',
    why: 'The writer has every transaction of the old primary, and went on since.',
  },
  {
    id: 'both',
    when: (facts) => facts.known && facts.apart.old.length > 0,
    then: 'both',
    why: 'Both sides wrote since the fork. The writer never got what the old primary committed as',
    detail: (facts) => (facts.known ? listed(facts.apart.old) : ''),
  },
  {
    id: 'neither',
    when: () => true,
    then: 'neither',
    why: 'Both sides have the same transactions: if anything differs, it was written past the binary log.',
  },
];
