import type { RowClass } from './row-class.ts';

/** Classes of rows that are not the same on both sides. */
export const rowClasses = [
  'lostInsert',
  'lostUpdate',
  'lostDelete',
  'conflict',
  'unclear',
  'changedHere',
] as const satisfies readonly RowClass[];

/** How many rows of a table came to which class; rows that are the same are not counted. */
export type Counts = Readonly<Record<(typeof rowClasses)[number], number>>;

/** One row that is not the same on both sides. */
export interface RowReport {
  readonly table: string;
  /** The primary key, column by column. */
  readonly key: Readonly<Record<string, string>>;
  readonly class: RowClass;
  readonly why: string;
}

/** What a comparison found in one table. */
export interface TableReport {
  readonly table: string;
  readonly counts: Counts;
}

/** What two databases do not have in common. */
export interface Comparison {
  readonly tables: readonly TableReport[];
  readonly leftOut: readonly {
    readonly table: string;
    readonly why: string;
    readonly rows: number;
  }[];
  /** Rows that need somebody: all but those that the writer changed since. */
  readonly rows: readonly RowReport[];
  /** What this comparison cannot see, in sentences. */
  readonly blindSpots: readonly string[];
}

/** No row in any class. */
export const noCounts: Counts = {
  changedHere: 0,
  lostInsert: 0,
  lostUpdate: 0,
  lostDelete: 0,
  conflict: 0,
  unclear: 0,
};

/** Each class in words that follow a number of rows. */
export const rowWords: Readonly<Record<keyof Counts, string>> = {
  changedHere: 'changed by the writer since',
  lostInsert: 'inserted on the old primary only',
  lostUpdate: 'changed on the old primary only',
  lostDelete: 'deleted on the old primary only',
  conflict: 'changed on both sides',
  unclear: 'different, and it cannot be told who wrote last',
};
