import type { Values } from '../../core/reconcile/comparison.ts';

/** A key as text, one item a column of the key. */
export type Key = readonly string[];

/** Keys after `from`, up to and with `to`; undefined is the end of the table. */
export interface Range {
  readonly from: Key | undefined;
  readonly to: Key | undefined;
}

/** What a side has in a range. Two ranges with the same print hold the same rows. */
export interface Print {
  readonly rows: number;
  readonly mixed: string;
  readonly sum: string;
}

/** Rows are spread over so many buckets by their keys; and which of these are meant. */
export interface Buckets {
  /** A power of two. Row R is in bucket `hash(key of R) mod count`. */
  readonly count: number;
  readonly numbers: readonly number[];
}

/** A row without its values: what tells it from another version of itself. */
export interface RowPrint {
  readonly key: Key;
  readonly hash: string;
}

/** A row with its values. */
export type Version<P extends RowPrint> = P & { readonly values: Values };

/** A table of one side. Each kind of database has its own; what is done with it is the same. */
export interface TableReader<P extends RowPrint = RowPrint> {
  /** Cuts a range into ranges of so many rows. */
  cut(range: Range, rowsEach: number): Promise<readonly Range[]>;
  /** Nothing but this goes over the wire for rows that are the same. */
  printOf(range: Range): Promise<Print>;
  /** The print of each of these buckets of a range, if it has rows. */
  bucketsOf(range: Range, buckets: Buckets): Promise<ReadonlyMap<number, Print>>;
  /** Each row of these buckets of a range, in the order of the keys. */
  rowsIn(range: Range, buckets: Buckets): Promise<readonly P[]>;
  /** The row with each of these keys, in their order; undefined where there is none. */
  versionsOf(keys: readonly Key[]): Promise<readonly (Version<P> | undefined)[]>;
}

/** The same table on both sides. */
export interface Readers<P extends RowPrint = RowPrint> {
  readonly old: TableReader<P>;
  readonly writer: TableReader<P>;
}
