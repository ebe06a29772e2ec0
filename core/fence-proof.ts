import type { Rule } from './rules.ts';
import { decide } from './rules.ts';
import type { Decision } from './rules.ts';

/** How the write through the old primary's own endpoint ended. */
export type ProofOutcome =
  | { readonly answered: true; readonly status: number; readonly expectStatus: number }
  | { readonly answered: false; readonly code: string };

const isStatus = (outcome: ProofOutcome, from: number, to: number) =>
  outcome.answered && outcome.status >= from && outcome.status <= to;

const rules: readonly Rule<ProofOutcome, 'confirmed' | 'attempted'>[] = [
  {
    id: 'write-accepted',
    when: (outcome) =>
      isStatus(outcome, 200, 299) || (outcome.answered && outcome.status === outcome.expectStatus),
    then: 'attempted',
    why: 'The old primary still accepted a write: the fence does not hold yet.',
  },
  {
    id: 'gateway-failed',
    // A gateway that lost its answer tells nothing of the write behind it.
    when: (outcome) => outcome.answered && [502, 504].includes(outcome.status),
    then: 'attempted',
    why: 'A gateway answered for the old primary: the write may have happened.',
  },
  {
    id: 'write-failed',
    when: (outcome) => isStatus(outcome, 500, 599),
    then: 'confirmed',
    why: 'The old primary answered that it could not write.',
  },
  {
    id: 'nobody-listens',
    when: (outcome) => !outcome.answered && outcome.code === 'ECONNREFUSED',
    then: 'confirmed',
    why: 'Nothing listens at the old primary: the write could not be sent.',
  },
  {
    id: 'undecidable',
    // A timeout may be a partition of ours: clients on the other side could still be writing.
    when: () => true,
    then: 'attempted',
    why: 'Whether the old primary can still write cannot be told from this end.',
  },
];

/**
 * Whether a fence is proved by a write that was tried. Only an answer that comes from the other
 * side proves anything; a silence, a failed name or an odd answer does not.
 */
export function judgeFenceProof(outcome: ProofOutcome): Decision<'confirmed' | 'attempted'> {
  const decision = decide(rules, outcome);
  const shown = outcome.answered ? `status ${outcome.status}` : outcome.code;
  return { ...decision, why: `${decision.why} (${shown})` };
}
