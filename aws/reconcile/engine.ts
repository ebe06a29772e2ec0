import type { Approval } from '../../core/reconcile/approved.ts';
import type { Comparison } from '../../core/reconcile/comparison.ts';
import type { Mask } from '../../core/reconcile/mask.ts';
import type { Settled } from '../../core/reconcile/settled.ts';
import type { Turn } from './apply-units.ts';
import type { Applicable } from './plan-units.ts';
import type { Side, Sides } from '../postgres/side.ts';

/** What was found, and what would put it right. */
export interface Found {
  readonly comparison: Comparison;
  /** What of the mask is no column of this database. */
  readonly strangers: readonly string[];
  /** SQL to read. */
  readonly sql: string;
}

/** How databases are compared. */
export interface How {
  readonly mask: Mask;
  /** In how many sessions of each side at once. */
  readonly parallel: number;
  /** Is told what whoever runs it should know. */
  readonly tell: (words: string) => void;
}

/** What a kind of database knows of writes that never crossed. */
export interface Engine {
  /**
   * Compares an old primary with the writer. Ends the sessions of others with the former, and reads.
   * @throws NotReadyError if they are not such a pair
   */
  readonly compare: (sides: Sides, how: How) => Promise<Found>;
  /** Gives the writer what was approved, a transaction at a time. Safe to repeat. */
  readonly apply: (
    writer: Side,
    report: Applicable,
    approval: Approval,
    turn: Turn,
  ) => AsyncIterable<Settled>;
}
