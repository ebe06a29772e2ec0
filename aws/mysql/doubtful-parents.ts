import type { Obstacle, RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords } from '../../core/reconcile/comparison.ts';
import type { Reference } from './rulebook.ts';
import { areSameName } from './rulebook.ts';

/**
 * Rows that refer to a row which both sides wrote, or which the writer lacks. The former may be another
 * one there, as where both gave one number to two orders; and so may what the writer gives the latter's
 * number to later. Until the parent is applied its children wait.
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
      const id = areSameName(row.name, child) ? idOf(row.old, from) : undefined;
      const needs = id === undefined ? undefined : parents.get(id);
      if (needs === undefined || needs === row) continue;
      found.set(row, [...(found.get(row) ?? []), obstacleOf(needs)]);
    }
  }
  return found;
}

const isDoubtful = ({ class: kind, old, writer }: RowReport): boolean =>
  old !== null && (writer === null || kind === 'conflict' || kind === 'unclear');

function obstacleOf(parent: RowReport): Obstacle {
  const { schema, name, key, writer } = parent;
  const words = `It belongs to ${name} ${keyWords(parent)}, which`;
  return {
    ...{ kind: writer === null ? 'orphan' : 'parent', columns: [], needs: { schema, name, key } },
    why:
      writer === null
        ? `${words} the writer lacks.`
        : `${words} both sides wrote: the writer's may be another one.`,
  };
}

/**
 * The values of some columns; undefined where one is NULL, and so refers to nothing. What a server may
 * take for the same is the same here: letters of either case, blanks at the end, zeros in front.
 */
function idOf(values: RowReport['old'], columns: readonly string[]): string | undefined {
  const found = columns.map((column) => {
    const name = Object.keys(values ?? {}).find((each) => areSameName(each, column));
    return name === undefined ? null : (values?.[name] ?? null);
  });
  return found.includes(null) ? undefined : JSON.stringify(found.map(folded));
}

const folded = (value: string | null): string =>
  (value ?? '')
    .trimEnd()
    .toLowerCase()
    .replace(/^0+(?=\d)/, '');
