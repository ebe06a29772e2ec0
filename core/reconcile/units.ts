import { digestOf } from '../digest.ts';
import type { RowReport } from './comparison.ts';
import { rowId } from './comparison.ts';

/**
 * Rows that are applied together or not at all: what one transaction of the old primary wrote, and
 * what else belongs to it. A row of which neither is known, such as a deleted one, is a unit of its
 * own.
 */
export interface Unit {
  /** The same for the same rows in every comparison. */
  readonly id: string;
  /** When the old primary committed the last of it; null if that is not known. */
  readonly committedAt: string | null;
  /** Deletes first: they make room for unique values. */
  readonly rows: readonly RowReport[];
}

/** The units of the rows: in the order of their commits, and those without one at the end. */
export function unitsOf(rows: readonly RowReport[]): Unit[] {
  const units = [...Map.groupBy(rows, ({ unit }) => unit)].map(([id, own]): Unit => {
    const times = own.flatMap(({ transaction }) => transaction?.committedAt ?? []).toSorted();
    const isDelete = ({ old }: RowReport): number => (old === null ? 0 : 1);
    const inOrder = own.toSorted((a, b) => isDelete(a) - isDelete(b));
    return { id, committedAt: times.at(-1) ?? null, rows: inOrder };
  });
  return units.toSorted(byCommit);
}

/** A transaction of the old primary. */
export type Transaction = NonNullable<RowReport['transaction']>;

/** Two rows that belong together although no transaction says so. */
export type Link = readonly [RowReport, RowReport];

/**
 * Gives each row its unit. Rows of one transaction have the same commit time, to the microsecond,
 * also those that its savepoints wrote under numbers of their own; should two transactions share
 * one, they are applied together. Transactions that wrote the same row are tied too, where a slot
 * tells (`writers` of each row): only what the last of them left is there to be applied.
 */
export function withUnits(
  rows: readonly RowReport[],
  links: readonly Link[],
  writers: ReadonlyMap<RowReport, readonly Transaction[]> = new Map(),
): RowReport[] {
  const leaders = new Map<string, string>();
  const leaderOf = (id: string): string => {
    let leader = id;
    for (let next = leaders.get(leader); next !== undefined; next = leaders.get(leader))
      leader = next;
    // The way is made short for the next one: a busy row ties thousands.
    if (leader !== id) leaders.set(id, leader);
    return leader;
  };
  const tie = (one: string, other: string): void => {
    const ends = [leaderOf(one), leaderOf(other)].toSorted();
    if (ends[0] !== ends[1]) leaders.set(ends[1] ?? '', ends[0] ?? '');
  };
  for (const [one, other] of links) tie(ownUnit(one), ownUnit(other));
  for (const [row, own] of writers) for (const each of own) tie(ownUnit(row), unitOf(each));
  const members = Map.groupBy(new Set(rows.map(ownUnit)), leaderOf);
  return rows.map((row) => ({
    ...row,
    unit: nameOfGroup(members.get(leaderOf(ownUnit(row))) ?? []),
  }));
}

function ownUnit(row: RowReport): string {
  const { transaction, oldPrint, writerPrint } = row;
  if (transaction !== null) return unitOf(transaction);
  return `row ${rowId(row)} ${oldPrint ?? ''} ${writerPrint ?? ''}`;
}

const unitOf = ({ committedAt, place }: Transaction): string =>
  place === undefined
    ? `transaction at ${committedAt}`
    : `transaction at ${committedAt}, number ${`${place}`.padStart(10, '0')}`;

/** Names may be long, and there may be many. */
function nameOfGroup(ids: readonly string[]): string {
  const [first = '', ...others] = ids.toSorted();
  return others.length === 0
    ? first
    : `${first} and ${others.length} more (${digestOf(ids.toSorted()).slice(0, 12)})`;
}

function byCommit(a: Unit, b: Unit): number {
  if (a.committedAt === b.committedAt) return a.id < b.id ? -1 : 1;
  if (a.committedAt === null) return 1;
  if (b.committedAt === null) return -1;
  return a.committedAt < b.committedAt ? -1 : 1;
}
