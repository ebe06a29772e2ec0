import type { Obstacle, RowReport } from '../../../core/reconcile/comparison.ts';

/** A lost insert of `orders`, changed as told. */
export const row = (id: string, change: Partial<RowReport> = {}): RowReport => ({
  schema: 'public',
  name: 'orders',
  key: { id },
  class: 'lostInsert',
  why: 'The writer never had it.',
  transaction: { xid: id, committedAt: `2026-10-02T17:00:0${id}.000000Z` },
  old: { id, number: id, note: 'n' },
  writer: null,
  base: null,
  oldPrint: `${id} 1`,
  writerPrint: null,
  unit: '',
  obstacles: [],
  ...change,
});

/** An obstacle, changed as told. */
export const obstacle = (change: Partial<Obstacle>): Obstacle => ({
  kind: 'collision',
  columns: [],
  needs: null,
  why: 'in the way',
  ...change,
});
