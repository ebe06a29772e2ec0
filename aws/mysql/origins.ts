import type { Values } from '../../core/reconcile/comparison.ts';
import type { Movement } from '../../core/reconcile/movement.ts';
import type { Origin } from '../../core/reconcile/row-class.ts';
import type { Difference } from '../reconcile/differences.ts';
import type { Origins, Seen } from '../reconcile/origins.ts';
import type { RowPrint, Version } from '../reconcile/table-reader.ts';
import type { Capture } from './capture.ts';
import { areSame } from './row-images.ts';
import { writtenColumns } from './tables.ts';
import type { Table } from './tables.ts';

const byMovement: Readonly<Record<Movement, readonly [old: Origin, writer: Origin]>> = {
  old: ['own', 'shared'],
  writer: ['shared', 'own'],
  both: ['unknown', 'unknown'],
  neither: ['unknown', 'unknown'],
  unknown: ['unknown', 'unknown'],
};

/** Who wrote every version that differs, where only one side went on. */
export function originsBy(movement: Movement): Origins {
  const [there, here] = byMovement[movement];
  return originsOf(() => [there, here]);
}

type Judge = (difference: Difference) => readonly [old: Origin, writer: Origin];

const originsOf = (
  judge: Judge,
  seenOf: (key: Difference['key']) => Seen | undefined = () => undefined,
): Origins => ({
  learn: () => Promise.resolve(),
  of: (difference) => {
    const [there, here] = judge(difference);
    return {
      old: difference.old === undefined ? 'absent' : there,
      writer: difference.writer === undefined ? 'absent' : here,
      transaction: seenOf(difference.key)?.transactions.at(-1) ?? null,
    };
  },
});

/**
 * Who wrote the versions of a row, where the log of the old primary tells what it changed since the
 * fork, and what was there before. What it did not change, the writer did; and what the writer has
 * is its own if it is not what was there at the fork.
 */
export function originsByLog(table: Table, capture: Capture, movement: Movement): Origins {
  const byWhole: Movement = capture.isWhole(table) && movement === 'both' ? 'writer' : movement;
  // It went on alone, and its log does not have this: something wrote past the log.
  const unseen = capture.isWhole(table) && movement === 'old' ? 'unknown' : byWhole;
  return originsOf(
    ({ key, writer }) => {
      const seen = capture.of(table, key);
      return seen === undefined ? byMovement[unseen] : ['own', writerBy(table, seen, writer)];
    },
    (key) => capture.of(table, key),
  );
}

function writerBy(table: Table, seen: Seen, writer: RowPrint | undefined): Origin {
  if (seen.firstOp === 'insert') return 'own';
  const { base } = seen;
  // Before its values were asked for, nothing is known of a row.
  if (writer === undefined || base === null || !hasValues(writer)) return 'unknown';
  const { values } = writer;
  const same = writtenColumns(table).map((column) =>
    areSame(column, base[column.name] ?? null, values[column.name] ?? null),
  );
  if (same.includes(false)) return 'own';
  return same.includes(undefined) ? 'unknown' : 'shared';
}

const hasValues = (print: RowPrint): print is Version<RowPrint> =>
  'values' in print && isValues(print.values);
const isValues = (values: unknown): values is Values =>
  typeof values === 'object' && values !== null;
