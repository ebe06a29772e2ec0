import type { Obstacle, RowName, RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf } from '../../core/reconcile/comparison.ts';
import type { Link } from '../../core/reconcile/units.ts';
import { Lost, isOf, valuesAt } from './lost.ts';
import { findChildren, findCollisions, findOrphans } from './probes.ts';
import type { Reference, Rulebook, UniqueIndex } from './references.ts';
import type { Side } from './side.ts';
import type { Table } from './tables.ts';

/** What is known of the rows of a table that are being looked at. */
interface Look {
  readonly rows: readonly RowReport[];
  readonly table: Table;
  readonly lost: Lost;
}

/** Something found about a row, and the row that it depends on. */
interface Found {
  readonly row: RowReport;
  readonly why: string;
  readonly needs?: RowName;
}

/** What reading can tell about the rows. */
export interface Obstacles {
  readonly of: ReadonlyMap<RowReport, readonly Obstacle[]>;
  /** Rows that have to be applied together. */
  readonly links: readonly Link[];
}

/** What stands in the way of applying each row, as far as reading can tell. */
export async function findObstacles(
  writer: Side,
  rows: readonly RowReport[],
  rulebook: Rulebook,
): Promise<Obstacles> {
  const lost = new Lost(rows, rulebook.tables);
  const found = new Map<RowReport, Obstacle[]>();
  const links: Link[] = [...lost.moved()];
  const note = (kind: Obstacle['kind'], all: readonly Found[], columns: readonly string[] = []) => {
    for (const { row, why, needs = null } of all)
      found.set(row, [...(found.get(row) ?? []), { kind, columns: [...columns], needs, why }]);
  };
  for (const table of rulebook.tables) {
    const own = rows.filter((row) => isOf(table, row));
    if (own.length === 0) continue;
    const look: Look = { rows: own, table, lost };
    for (const { schema, table: name, name: trigger, always } of rulebook.triggers) {
      if (!always || !isOf(table, { schema, name })) continue;
      const why = `The trigger ${trigger} always fires: it would do its work a second time.`;
      note(
        'trigger',
        own.map((row) => ({ row, why })),
      );
    }
    for (const index of rulebook.uniqueIndexes) {
      if (!isOf(table, { schema: index.schema, name: index.table })) continue;
      const { standing, together } = await collisions(writer, look, index);
      note('collision', standing, index.columns);
      links.push(...together);
    }
    for (const reference of rulebook.references) {
      if (isOf(table, reference.from) && !reference.isPart) {
        note('orphan', await orphans(writer, look, reference));
        note('parent', doubtfulParents(look, reference));
      }
      if (isOf(table, reference.to))
        note('children', await children(writer, look, reference, rulebook.tables));
    }
  }
  return { of: found, links };
}

/** Rows with a unique value that the writer has in another row. */
async function collisions(writer: Side, { rows, table, lost }: Look, index: UniqueIndex) {
  const given = rows.filter(
    ({ old }) => old !== null && !valuesAt(old, index.columns).includes(null),
  );
  const standing: Found[] = [];
  const together: Link[] = [];
  for (const { row, key } of await findCollisions(writer, table, index.columns, given)) {
    const other = lost.at(table, key);
    // The old primary deleted that row, to make room or not: both together, or neither.
    if (other !== undefined && other.old === null) together.push([row, other]);
    else {
      const value = index.columns.map((name) => `${name}=${row.old?.[name] ?? ''}`).join(' ');
      const name = key.map((part, at) => `${table.key[at] ?? ''}=${part}`).join(' ');
      const why = `${value} belongs to the writer's row ${name} (${index.name}).`;
      const frees =
        other !== undefined &&
        other.old !== null &&
        String(valuesAt(other.old, index.columns)) !==
          String(valuesAt(row.old ?? {}, index.columns));
      standing.push(frees ? { row, why, needs: nameRow(other) } : { row, why });
    }
  }
  return { standing, together };
}

const nameRow = ({ schema, name, key }: RowName): RowName => ({ schema, name, key });

/** Rows that need a row which the writer does not have. */
async function orphans(writer: Side, { rows, table, lost }: Look, reference: Reference) {
  const { from, to } = reference;
  const given = rows.filter(
    ({ old }) => old !== null && !valuesAt(old, from.columns).includes(null),
  );
  const hits = await findOrphans(writer, table, reference, given);
  return hits.flatMap((row): Found[] => {
    const values = valuesAt(row.old ?? {}, from.columns);
    if (lost.bringing(to, values) !== undefined) return [];
    const wanted = to.columns.map((name, at) => `${name}=${values[at] ?? ''}`).join(' ');
    return [{ row, why: `It needs ${nameOf(to)} ${wanted}, which the writer does not have.` }];
  });
}

/** Rows whose parent was written on both sides: under the same number it may be another one there. */
function doubtfulParents({ rows, lost }: Look, { from, to }: Reference): Found[] {
  return rows.flatMap((row): Found[] => {
    if (row.old === null) return [];
    const values = valuesAt(row.old, from.columns);
    if (values.includes(null)) return [];
    const parent = lost.bringing(to, values);
    if (parent === undefined || parent === row || parent.writer === null) return [];
    if (parent.class !== 'conflict' && parent.class !== 'unclear') return [];
    const name = `${nameOf(parent)} ${keyWords(parent)}`;
    const why = `It belongs to ${name}, which both sides wrote: the writer's may be another one.`;
    return [{ row, why, needs: nameRow(parent) }];
  });
}

/** Deleted rows that rows of the writer refer to. */
async function children(
  writer: Side,
  { rows, table, lost }: Look,
  reference: Reference,
  tables: readonly Table[],
) {
  const child = tables.find((each) => isOf(each, reference.from));
  const given = rows.filter(({ old, writer: here }) => old === null && here !== null);
  const hits = await findChildren(writer, table, reference, given, child);
  return hits.flatMap(({ row, key }): Found[] => {
    const also = child === undefined ? undefined : lost.at(child, key);
    if (also?.old === null) return [];
    const name = child === undefined ? '' : ` ${keyWords({ key: keyed(child, key) })}`;
    return [{ row, why: `The writer's ${nameOf(reference.from)}${name} refers to it.` }];
  });
}

const keyed = (table: Table, key: readonly string[]): RowReport['key'] =>
  Object.fromEntries(table.key.map((name, at) => [name, key[at] ?? '']));
