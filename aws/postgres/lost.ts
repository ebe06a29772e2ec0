import type { RowReport, Values } from '../../core/reconcile/comparison.ts';
import type { Link } from '../../core/reconcile/units.ts';
import type { Table } from './tables.ts';

type Name = Pick<Table, 'schema' | 'name'>;

const idOf = (table: Name, key: readonly string[]): string =>
  JSON.stringify([table.schema, table.name, ...key]);

/** The values of some columns; null for one that is not there. */
export const valuesAt = (values: Values, columns: readonly string[]): (string | null)[] =>
  columns.map((column) => values[column] ?? null);

/** Whether something is of that table. */
export const isOf = (table: Name, { schema, name }: Name): boolean =>
  table.schema === schema && table.name === name;

/** The rows that are not the same, by table and key: what one of them needs another may bring. */
export class Lost {
  readonly #tables: readonly Table[];
  readonly #rows: ReadonlyMap<string, RowReport>;
  readonly #values = new Map<string, Map<string, RowReport>>();

  constructor(rows: readonly RowReport[], tables: readonly Table[]) {
    this.#tables = tables;
    this.#rows = new Map(rows.map((row) => [idOf(row, Object.values(row.key)), row]));
  }

  at(table: Name, key: readonly string[]): RowReport | undefined {
    return this.#rows.get(idOf(table, key));
  }

  /** The lost version of a row with these values: it would be there, once it is applied. */
  bringing(
    to: Name & { readonly columns: readonly string[] },
    values: readonly (string | null)[],
  ): RowReport | undefined {
    const id = idOf(to, to.columns);
    const known = this.#values.get(id) ?? new Map<string, RowReport>();
    if (!this.#values.has(id)) {
      this.#values.set(id, known);
      for (const row of this.#rows.values()) {
        if (row.old === null || !this.#isPartOf(row, to)) continue;
        known.set(JSON.stringify(valuesAt(row.old, to.columns)), row);
      }
    }
    return known.get(JSON.stringify(values));
  }

  /** Rows refer to the whole of a table, and lie in its parts. */
  #isPartOf(row: Name, to: Name): boolean {
    if (isOf(to, row)) return true;
    const root = this.#tables.find((table) => isOf(table, row))?.root;
    return root !== undefined && isOf(root, to);
  }

  /**
   * A row that got another key, or went to another part of its table, looks like a delete and an
   * insert of the same values. Only one of them would lose it, or double it.
   */
  moved(): Link[] {
    const inserts = new Map<string, RowReport[]>();
    for (const row of this.#rows.values()) {
      if (row.old === null || row.writer !== null) continue;
      const content = this.#contentOf(row, row.old);
      inserts.set(content, [...(inserts.get(content) ?? []), row]);
    }
    return [...this.#rows.values()].flatMap((row): Link[] => {
      if (row.old !== null || row.writer === null) return [];
      const insert = inserts.get(this.#contentOf(row, row.writer))?.shift();
      return insert === undefined ? [] : [[row, insert]];
    });
  }

  #contentOf(row: RowReport, values: Values): string {
    const table = this.#tables.find((each) => isOf(each, row));
    const rest = Object.entries(values).filter(([column]) => !(column in row.key));
    // A table of nothing but keys: what any part of the key has in common is not content.
    const content = rest.length === 0 ? Object.entries(row.key).slice(0, 1) : rest;
    return JSON.stringify([table?.root ?? row.name, content]);
  }
}
