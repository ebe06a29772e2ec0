import type { Rule } from '../rules.ts';

/**
 * Who wrote a version of a row. `shared`: its transaction is on both sides, so that it was there
 * before the fork. `own`: its transaction is on that side alone, so that it came after the fork.
 */
export type Origin = 'shared' | 'own' | 'unknown' | 'absent';

/**
 * What the old primary did first to a row after the fork, if a slot kept it: whether there was such
 * a row at the fork. `unknown`: no slot, or it cannot tell.
 */
export type FirstOp = 'insert' | 'update' | 'delete' | 'unknown';

/** What is known of one key on both sides. */
export interface RowFacts {
  /** The version on the old primary, and the one on the writer. */
  readonly old: Origin;
  readonly writer: Origin;
  readonly areEqual: boolean;
  /** Whether the writer has deleted rows of this table since the fork; such rows leave no trace. */
  readonly writerDeletes: boolean;
  readonly firstOp: FirstOp;
}

/** Whether the old primary changed a row that was there at the fork; false also if nobody knows. */
const wasThere = ({ firstOp }: RowFacts): boolean => firstOp === 'update' || firstOp === 'delete';

/** What became of a row since the histories parted. */
export type RowClass =
  'present' | 'changedHere' | 'lostInsert' | 'lostUpdate' | 'lostDelete' | 'conflict' | 'unclear';

/**
 * The first row that matches decides. Two versions without a common base cannot tell an insert
 * there from a delete here; the transactions that wrote them can.
 */
export const rowRules: readonly Rule<RowFacts, RowClass>[] = [
  {
    id: 'same-on-both-sides',
    when: ({ areEqual }) => areEqual,
    then: 'present',
    why: 'Both sides have the same row.',
  },
  {
    id: 'origin-unknown',
    when: ({ old, writer }) => old === 'unknown' || writer === 'unknown',
    then: 'unclear',
    why: 'The sides differ, and which of them wrote after the fork is not known.',
  },
  {
    id: 'changed-there-and-deleted-here',
    when: (facts) => facts.old === 'own' && facts.writer === 'absent' && wasThere(facts),
    then: 'conflict',
    why: 'Both had it at the fork; the old primary changed it after that, and the writer deleted it.',
  },
  {
    id: 'inserted-there',
    when: ({ old, writer, writerDeletes, firstOp }) =>
      old === 'own' && writer === 'absent' && (firstOp === 'insert' || !writerDeletes),
    then: 'lostInsert',
    why: 'The old primary wrote it after the fork, and the writer never had it.',
  },
  {
    id: 'written-there-or-deleted-here',
    when: ({ old, writer }) => old === 'own' && writer === 'absent',
    then: 'unclear',
    why: 'The old primary wrote it after the fork; the writer never had it, or deleted it since.',
  },
  {
    id: 'deleted-here',
    when: ({ old, writer }) => old === 'shared' && writer === 'absent',
    then: 'changedHere',
    why: 'Both had it at the fork, and the writer deleted it since.',
  },
  {
    id: 'deleted-there',
    when: ({ old, writer }) => old === 'absent' && writer === 'shared',
    then: 'lostDelete',
    why: 'Both had it at the fork, and the old primary deleted it after that.',
  },
  {
    id: 'deleted-there-and-changed-here',
    when: (facts) => facts.old === 'absent' && facts.writer === 'own' && wasThere(facts),
    then: 'conflict',
    why: 'Both had it at the fork; the old primary deleted it after that, and the writer changed it.',
  },
  {
    id: 'inserted-here',
    when: ({ old, writer }) => old === 'absent' && writer === 'own',
    then: 'changedHere',
    why: 'The writer wrote it since the fork.',
  },
  {
    id: 'updated-there',
    when: ({ old, writer }) => old === 'own' && writer === 'shared',
    then: 'lostUpdate',
    why: 'The old primary changed it after the fork, and the writer did not.',
  },
  {
    id: 'updated-here',
    when: ({ old, writer }) => old === 'shared' && writer === 'own',
    then: 'changedHere',
    why: 'The writer changed it since the fork, and the old primary did not.',
  },
  {
    id: 'inserted-on-both-sides',
    when: ({ old, writer, firstOp }) => old === 'own' && writer === 'own' && firstOp === 'insert',
    then: 'conflict',
    why: 'Both sides inserted a row under the same key after the fork: they may be two things.',
  },
  {
    id: 'changed-on-both-sides',
    when: ({ old, writer }) => old === 'own' && writer === 'own',
    then: 'conflict',
    why: 'Both sides changed it after the fork.',
  },
  {
    id: 'unexplained',
    when: () => true,
    then: 'unclear',
    why: 'Both sides call their version older than the fork, and the versions differ.',
  },
];

/** Whether rows of this class need somebody. */
export const isLost = (
  outcome: RowClass,
): outcome is Exclude<RowClass, 'present' | 'changedHere'> =>
  outcome !== 'present' && outcome !== 'changedHere';
