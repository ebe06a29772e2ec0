import type { Applied, ReconcileParts } from '../../../core/reconcile/closing.ts';
import type { Compared } from '../../../core/reconcile/compared.ts';
import { noCounts } from '../../../core/reconcile/comparison.ts';
import { after } from '../support.ts';

/** A database of which nothing is missing, changed as told. */
export const comparedOf = (change: Partial<Compared> = {}): Compared => ({
  id: 'orders',
  report: 's3://reports/reconciliations/orders/orders-2/orders/before/',
  comparedAt: after(100),
  rowsDigest: 'a'.repeat(64),
  headDigest: 'c'.repeat(64),
  origin: { systemId: '7', writerTimeline: 2, database: 'postgres' },
  counts: { ...noCounts, changedHere: 4 },
  rows: 0,
  applicable: 0,
  leftOut: [],
  isStill: true,
  source: 'A slot explains it.',
  blindSpots: [],
  strangers: [],
  ...change,
});

/** A database of which three rows are missing, two of them to be applied. */
export const missing = (change: Partial<Compared> = {}): Compared =>
  comparedOf({
    ...{ rows: 3, applicable: 2, counts: { ...noCounts, lostInsert: 2, conflict: 1 } },
    ...change,
  });

/** Two rows that were applied. */
export const applied: Applied = {
  ...{ id: 'orders', isComplete: true, applied: 1, already: 1, undecided: 1, refused: 0 },
  reasons: [],
};

/** What states hand over when all went well: three rows missing, then none. */
export const allWell: ReconcileParts = {
  fenced: { why: 'Fenced.' },
  preserved: { why: 'Kept.' },
  before: [missing()],
  divergence: { outcome: 'ask', why: 'Rows are missing.' },
  judged: { outcome: 'approved', why: 'Ada said yes.', approval: { by: 'Ada' } },
  applied: [applied],
  after: [comparedOf({ report: 's3://reports/after/', comparedAt: after(200) })],
  problems: [],
  failure: null,
};
