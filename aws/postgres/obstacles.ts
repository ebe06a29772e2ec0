import type { Obstacle, RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf } from '../../core/reconcile/comparison.ts';
import { findChildren, findCollisions, findOrphans } from './probes.ts';
import type { Reference, Rulebook, UniqueIndex } from './references.ts';
import type { Side } from './side.ts';
import type { Table } from './tables.ts';

/** What is known of a row that is being looked at. */
interface Look {
  readonly rows: readonly RowReport[];
  readonly table: Table;
  readonly lost: Lost;
}

/** The rows that are not the same, by table and key: what one of them needs another may bring. */
class Lost {
  readonly #rows: ReadonlyMap<string, RowReport>;
  readonly #values = new Map<string, Set<string>>();

  constructor(rows: readonly RowReport[]) {
    this.#rows = new Map(rows.map((row) => [idOf(row, Object.values(row.key)), row]));
  }

  at(table: Pick<Table, 'schema' | 'name'>, key: readonly string[]): RowReport | undefined {
    return this.#rows.get(idOf(table, key));
  }

  /** Whether a lost version of a row has these values: it would be there, once it is applied. */
  brings({ to }: Reference, values: readonly (string | null)[]): boolean {
    const id = `${idOf(to, [])} ${to.columns.join()}`;
    const known = this.#values.get(id) ?? new Set();
    if (!this.#values.has(id)) {
      this.#values.set(id, known);
      for (const row of this.#rows.values()) {
        if (row.old === null || idOf(row, []) !== idOf(to, [])) continue;
        known.add(JSON.stringify(valuesAt(row.old, to.columns)));
      }
    }
    return known.has(JSON.stringify(values));
  }
}

const idOf = (table: Pick<Table, 'schema' | 'name'>, key: readonly string[]): string =>
  JSON.stringify([table.schema, table.name, ...key]);

const valuesAt = (values: NonNullable<RowReport['old']>, columns: readonly string[]) =>
  columns.map((column) => values[column] ?? null);

const isOf = (table: Table, { schema, name }: Pick<Table, 'schema' | 'name'>): boolean =>
  table.schema === schema && table.name === name;

/** The rows with what stands in the way of applying each, as far as reading can tell. */
export async function withObstacles(
  writer: Side,
  rows: readonly RowReport[],
  rulebook: Rulebook,
): Promise<readonly RowReport[]> {
  const lost = new Lost(rows);
  const found = new Map<RowReport, Obstacle[]>();
  const note = (kind: Obstacle['kind'], all: Found, columns: readonly string[] = []): void => {
    for (const [row, why] of all)
      found.set(row, [...(found.get(row) ?? []), { kind, columns: [...columns], why }]);
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
        own.map((row) => [row, why]),
      );
    }
    for (const index of rulebook.uniqueIndexes) {
      if (!isOf(table, { schema: index.schema, name: index.table })) continue;
      note('collision', await collisions(writer, look, index), index.columns);
    }
    for (const reference of rulebook.references) {
      if (isOf(table, reference.from)) note('orphan', await orphans(writer, look, reference));
      if (isOf(table, reference.to))
        note('children', await children(writer, look, reference, rulebook.tables));
    }
  }
  return rows.map((row) => ({ ...row, obstacles: found.get(row) ?? [] }));
}

type Found = readonly (readonly [RowReport, string])[];

/** Rows with a unique value that the writer has given to another row. */
async function collisions(writer: Side, { rows, table, lost }: Look, index: UniqueIndex) {
  const given = rows.filter(
    ({ old }) => old !== null && !valuesAt(old, index.columns).includes(null),
  );
  const hits = await findCollisions(writer, table, index.columns, given);
  return hits.flatMap(({ row, key }): Found => {
    if (lost.at(table, key) !== undefined) return [];
    const value = index.columns.map((name) => `${name}=${row.old?.[name] ?? ''}`).join(' ');
    const other = key.map((part, at) => `${table.key[at] ?? ''}=${part}`).join(' ');
    return [[row, `${value} belongs to the writer's row ${other} (${index.name}).`]];
  });
}

/** Rows that need a row which the writer does not have. */
async function orphans(writer: Side, { rows, table, lost }: Look, reference: Reference) {
  const { from, to } = reference;
  const given = rows.filter(
    ({ old }) => old !== null && !valuesAt(old, from.columns).includes(null),
  );
  const hits = await findOrphans(writer, table, reference, given);
  return hits.flatMap((row): Found => {
    const values = valuesAt(row.old ?? {}, from.columns);
    if (lost.brings(reference, values)) return [];
    const wanted = to.columns.map((name, at) => `${name}=${values[at] ?? ''}`).join(' ');
    return [[row, `It needs ${nameOf(to)} ${wanted}, which the writer does not have.`]];
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
  return hits.flatMap(({ row, key }): Found => {
    const also = child === undefined ? undefined : lost.at(child, key);
    if (also?.old === null) return [];
    const name = child === undefined ? '' : ` ${keyWords({ key: keyed(child, key) })}`;
    return [[row, `The writer's ${nameOf(reference.from)}${name} refers to it.`]];
  });
}

const keyed = (table: Table, key: readonly string[]): RowReport['key'] =>
  Object.fromEntries(table.key.map((name, at) => [name, key[at] ?? '']));
