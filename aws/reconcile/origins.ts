import type { RowReport, Values } from '../../core/reconcile/comparison.ts';
import type { FirstOp, Origin } from '../../core/reconcile/row-class.ts';
import type { Transaction } from '../../core/reconcile/units.ts';
import type { Difference } from './differences.ts';
import type { RowPrint } from './table-reader.ts';

/** Who wrote the versions of a row, and the transaction of the old primary's, where it came after the fork. */
export interface Told {
  readonly old: Origin;
  readonly writer: Origin;
  readonly transaction: RowReport['transaction'];
}

/** Tells on which side of the fork the versions of a row were written. */
export interface Origins<P extends RowPrint = RowPrint> {
  /** Asks about these versions; `of` answers only for them. */
  learn(differences: readonly Difference<P>[]): Promise<void>;
  of(difference: Difference<P>): Told;
}

/** What the old primary's own log knows of a row that lost transactions wrote. */
export interface Seen {
  readonly firstOp: FirstOp;
  /** The version at the fork; null where there was none, or it is not known. */
  readonly base: Values | null;
  /** Those that wrote or deleted it, in the order of their commits. */
  readonly transactions: readonly Transaction[];
}
