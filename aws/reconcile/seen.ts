import type { Values } from '../../core/reconcile/comparison.ts';
import { nameOf } from '../../core/reconcile/comparison.ts';
import type { FirstOp } from '../../core/reconcile/row-class.ts';
import type { Transaction } from '../../core/reconcile/units.ts';
import type { Change, Relation } from './change.ts';
import { DecodeError } from './errors.ts';

/** A table as far as its changes are followed. */
interface Table {
  readonly schema: string;
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: readonly { readonly name: string; readonly isGenerated: boolean }[];
}

/** What lost transactions did to one row. */
export interface Draft {
  /** The key as the stream writes it, which for some types is not as a cast to text does. */
  readonly key: readonly string[];
  readonly firstOp: FirstOp;
  /** The version at the fork, whole, as the stream writes it. */
  readonly base: Values | null;
  /** Each once, in the order of their commits. */
  readonly transactions: Transaction[];
}

/** What lost transactions did to one table. */
export interface Watched<T extends Table = Table> {
  readonly table: T;
  readonly drafts: Map<string, Draft>;
  isTruncated: boolean;
  /** Whether the stream does not name the rows by their primary key: then nothing of it is used. */
  isBlind: boolean;
}

/** No more is kept in memory: text of rows at the fork and of keys, and so much for each row. */
const MOST_BYTES = 200 * 1024 ** 2;
const BYTES_A_ROW = 200;
const BYTES_A_TRANSACTION = 50;

const TOO_MUCH = 'The lost transactions wrote more rows than can be kept in memory.';

/** Notes what lost transactions did, row by row, in the order in which they committed it. */
export interface Ledger<T extends Table = Table> {
  note(change: Change, transaction: Transaction): void;
  truncate(relations: readonly Relation[]): void;
  readonly watched: readonly Watched<T>[];
}

/** @throws DecodeError, when it notes a change, if that is too much to be kept */
export function createLedger<T extends Table>(
  tables: readonly T[],
  mostBytes = MOST_BYTES,
): Ledger<T> {
  const watched = tables.map((table): Watched<T> => {
    return { table, drafts: new Map(), isTruncated: false, isBlind: false };
  });
  const byName = new Map(watched.map((each) => [idOf(each.table), each]));
  let bytes = 0;
  const grow = (by: number): void => {
    bytes += by;
    if (bytes > mostBytes) throw new DecodeError(TOO_MUCH);
  };
  const one = (
    own: Watched,
    key: readonly string[],
    { op, base }: { op: Change['op']; base: Values | null },
    transaction: Transaction,
  ): void => {
    const id = JSON.stringify(key);
    const draft = own.drafts.get(id);
    if (draft !== undefined) {
      if (draft.transactions.at(-1) === transaction) return;
      grow(BYTES_A_TRANSACTION);
      draft.transactions.push(transaction);
      return;
    }
    grow(BYTES_A_ROW + id.length + sizeOf(base));
    // What is inserted after a TRUNCATE may have been there before it.
    const firstOp = own.isTruncated ? 'unknown' : op;
    own.drafts.set(id, { key, firstOp, base, transactions: [transaction] });
  };
  return {
    watched,
    note(change, transaction) {
      const own = byName.get(idOf(change.relation));
      if (own === undefined) return;
      if (!identifies(change.relation, own.table)) {
        own.isBlind = true;
        return;
      }
      for (const { key, ...step } of stepsOf(change, own.table)) one(own, key, step, transaction);
    },
    truncate(relations) {
      for (const relation of relations) {
        const own = byName.get(idOf(relation));
        if (own !== undefined) own.isTruncated = true;
      }
    },
  };
}

const sizeOf = (values: Values | null): number =>
  Object.values(values ?? {}).reduce((sum, value) => sum + (value?.length ?? 0), 0);

const idOf = ({ schema, name }: Pick<Table, 'schema' | 'name'>): string =>
  JSON.stringify([schema, name]);

/** Whether a change of the primary key would be seen: an identity by another index hides it. */
const identifies = ({ columns }: Relation, { key }: Table): boolean =>
  key.every((name) => columns.some((column) => column.isKey && column.name === name));

/** An update that gives a row another key is a delete of the one and an insert of the other. */
function stepsOf({ op, before, after }: Change, table: Table) {
  const base = wholeOf(before, table);
  const from = before === null ? undefined : keyOf(before.values, table);
  if (after === null) return [{ key: from ?? keyOf({}, table), op, base }];
  // A key that is stored apart is not in the row after an update that left it alone.
  const to = keyOf({ ...before?.values, ...after }, table);
  if (from === undefined || JSON.stringify(from) === JSON.stringify(to))
    return [{ key: to, op, base }];
  return [
    { key: from, op: 'delete', base } as const,
    { key: to, op: 'insert', base: null } as const,
  ];
}

function wholeOf(before: Change['before'], table: Table): Values | null {
  if (before?.isFull !== true) return null;
  const names = table.columns.flatMap(({ name, isGenerated }) => (isGenerated ? [] : name));
  if (!names.every((name) => Object.hasOwn(before.values, name))) return null;
  return Object.fromEntries(names.map((name) => [name, before.values[name] ?? null]));
}

function keyOf(values: Values, table: Table): string[] {
  return table.key.map((name) => {
    const value = values[name];
    if (typeof value === 'string') return value;
    throw new DecodeError(`Found a change of ${nameOf(table)} without its key ${name}.`);
  });
}
