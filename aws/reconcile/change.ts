import type { Values } from '../../core/reconcile/comparison.ts';

/** A table as the stream describes it, before the first change of it. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
  /** `isKey`: part of what a before image always has (REPLICA IDENTITY). */
  readonly columns: readonly { readonly name: string; readonly isKey: boolean }[];
}

/** A row before a change: all of it, or only the columns that identify it. */
export interface Before {
  readonly isFull: boolean;
  readonly values: Values;
}

/** A change of one row. An update that kept the key may say nothing of what was before. */
export interface Change {
  readonly kind: 'change';
  readonly op: 'insert' | 'update' | 'delete';
  readonly relation: Relation;
  readonly before: Before | null;
  /** Large values that an update left alone are not in it: the stream does not have them. */
  readonly after: Values | null;
}
