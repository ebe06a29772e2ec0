import type { Obstacle, RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords } from '../../core/reconcile/comparison.ts';
import type { Reference } from './rulebook.ts';
import { areSameName } from './rulebook.ts';

/**
 * Rows that refer to a row which was written on both sides: it may be another one there, as where both
 * gave one number to two orders.
 */
export function doubtfulParents(
  rows: readonly RowReport[],
  references: readonly Reference[],
): ReadonlyMap<RowReport, readonly Obstacle[]> {
  const found = new Map<RowReport, Obstacle[]>();
  for (const { child, parent, columns } of references) {
    const to = columns.map((each) => each.to);
    const from = columns.map((each) => each.from);
    const parents = new Map(
      rows
        .filter((row) => areSameName(row.name, parent) && isDoubtful(row))
        .map((row) => [idOf(row.old, to), row]),
    );
    for (const row of rows) {
      if (!areSameName(row.name, child)) continue;
      const id = idOf(row.old, from);
      const needs = id === undefined ? undefined : parents.get(id);
      if (needs === undefined || needs === row) continue;
      const { schema, name, key } = needs;
      const words = `${name} ${keyWords(needs)}`;
      const why = `It belongs to ${words}, which both sides wrote: the writer's may be another one.`;
      const obstacle: Obstacle = {
        ...{ kind: 'parent', columns: [], needs: { schema, name, key } },
        why,
      };
      found.set(row, [...(found.get(row) ?? []), obstacle]);
    }
  }
  return found;
}

const isDoubtful = ({ class: kind, old, writer }: RowReport): boolean =>
  (kind === 'conflict' || kind === 'unclear') && old !== null && writer !== null;

/** The values of some columns; undefined where one is NULL, and so refers to nothing. */
function idOf(values: RowReport['old'], columns: readonly string[]): string | undefined {
  const found = columns.map((column) => {
    const name = Object.keys(values ?? {}).find((each) => areSameName(each, column));
    return name === undefined ? null : (values?.[name] ?? null);
  });
  return found.includes(null) ? undefined : JSON.stringify(found);
}
