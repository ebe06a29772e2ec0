import type { Rule } from './rules.ts';
import type { InstanceState } from './switchover/rebuild.ts';

/** What is known of an old primary whose data is to be kept. */
export interface EvidenceFacts {
  readonly instance: InstanceState;
  /** The snapshot of it; its status in the provider's words, undefined if there is none. */
  readonly snapshot: string | undefined;
  /** For how long each look has found no instance; 0 where one is there, or this is the first look. */
  readonly absentSeconds: number;
  readonly words: string;
}

/** A Region that comes back may not show at first what it has. */
const SURELY_ABSENT_SECONDS = 600;

/** `keep` makes one call; `wait` looks again; the others end it. */
export type EvidenceOutcome = 'keep' | 'wait' | 'kept' | 'lost';

/**
 * The writes that never crossed are on the old primary alone: a snapshot of it is made as soon as it
 * is there again, before anybody rebuilds, rewinds or deletes it.
 */
export const evidenceRules: readonly Rule<EvidenceFacts, EvidenceOutcome>[] = [
  {
    id: 'kept',
    when: ({ snapshot }) => snapshot === 'available',
    then: 'kept',
    why: 'A snapshot of the old primary is there.',
  },
  {
    id: 'snapshot-failed',
    when: ({ snapshot }) => snapshot === 'failed',
    then: 'lost',
    why:
      'The snapshot of the old primary failed, and holds the name of the one that is wanted: delete it ' +
      'before anybody touches the instance. Then `failover reconcile PLAN --reason "..." --region R` has ' +
      'another one made; or make one by hand, under the same name.',
  },
  {
    id: 'being-made',
    when: ({ snapshot }) => snapshot !== undefined,
    then: 'wait',
    why: 'The snapshot of the old primary is being made.',
    detail: ({ snapshot }) => `Status: ${snapshot ?? ''}.`,
  },
  {
    id: 'follows-already',
    when: ({ instance }) => instance === 'follows' || instance === 'becoming',
    then: 'lost',
    why: 'The old primary is a replica already: what it held is gone, unless somebody kept it.',
  },
  {
    id: 'gone',
    when: ({ instance, absentSeconds }) =>
      instance === 'absent' && absentSeconds >= SURELY_ABSENT_SECONDS,
    then: 'lost',
    why:
      'The old primary is not there any more, nor a snapshot of that name: what it held is gone, unless ' +
      'somebody kept it elsewhere, or gave it another name.',
  },
  {
    id: 'not-now',
    when: ({ instance }) => instance !== 'available',
    then: 'wait',
    why: 'The old primary cannot be kept at this moment.',
    detail: ({ words }) => words,
  },
  {
    id: 'keep',
    when: () => true,
    then: 'keep',
    why: 'The old primary is there again, and has no snapshot.',
  },
];
