import type { Comparison } from '../core/reconcile/comparison.ts';
import type { IncidentReport } from '../core/report.ts';
import type { Json } from '../core/json.ts';
import type { Delivery } from './world/world.ts';

/** An acknowledged write that the new primary does not have. */
export interface LostWriteEntry {
  readonly id: string;
  readonly acknowledgedAt: string;
  /** `before`: lost with the outage. `after`: taken by the old primary when it came back. */
  readonly promotion: 'before' | 'after';
}

/** How a run in the lab ended, in the words of the incident. */
export type LabOutcome = 'recovered' | 'declined' | 'stoodDown' | 'rejected' | 'expired' | 'failed';

/** Every acknowledged write is on the new primary, or lost and listed, or a fault of ours. */
export interface WritesAccount {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly onNewPrimary: number;
  readonly lost: number;
  readonly unexplained: number;
}

/** How the story ended: every row that was found was applied, left or refused. */
export interface Reconciliation {
  /** The last state of the reconciliation, and why it ended there if it failed. */
  readonly end: string;
  readonly why: string;
  readonly path: readonly string[];
  /** What the drill's operator approved; see `core/reconcile/approved.ts`. */
  readonly approved: readonly string[];
  readonly rows: number;
  readonly applied: number;
  readonly undecided: number;
  readonly refused: number;
  /** What another comparison still finds. */
  readonly left: readonly string[];
  /** Acknowledged orders that the writer lacks in the end. */
  readonly missing: readonly string[];
}

/** How the service went home. */
export interface Failback {
  /** The last state of the switchover, and why it ended there if it failed. */
  readonly end: string;
  readonly why: string;
  readonly path: readonly string[];
  readonly transitions: number;
  /** The longest time without an acknowledged order, as the clients saw it. */
  readonly heldSeconds: number;
  /** Orders that were acknowledged from its beginning on. */
  readonly acknowledged: number;
  /** Orders that were ever acknowledged and are not at home. */
  readonly missing: readonly string[];
  /** Orders at home that nobody wrote. */
  readonly invented: readonly string[];
  readonly twice: number;
  /** The last state of the run that makes the standby's replica again. */
  readonly protection: string;
  readonly faults: readonly string[];
}

/** The one document that `--json` prints. Seconds; null where a thing was not measured. */
export interface LabRecord {
  readonly scenario: string;
  readonly seed: number;
  readonly outcome: LabOutcome;
  /** Whether the scenario ended as it should. */
  readonly asExpected: boolean;
  readonly path: readonly string[];
  readonly transitions: number;
  readonly rto: {
    readonly targetSeconds: number;
    readonly measuredSeconds: number | null;
    readonly overheadSeconds: number | null;
    readonly phases: Readonly<Record<string, number>>;
  };
  readonly rpo: {
    readonly targetSeconds: number;
    readonly predictedBoundSeconds: number | null;
    readonly measuredSeconds: number | null;
  };
  readonly writes: WritesAccount;
  /** Each write that was lost, by name. */
  readonly lostWrites: readonly LostWriteEntry[];
  /** What the old primary holds and the writer does not; null where nothing was promoted. */
  readonly comparison: Comparison | null;
  /** What became of it; null where nothing was compared, or nobody wanted it applied. */
  readonly reconciliation: Reconciliation | null;
  /** How it went home; null where nobody wanted that, or nothing had left. */
  readonly failback: Failback | null;
  readonly promotions: number;
  readonly notifications: readonly Delivery[];
  readonly incident: IncidentReport | Json;
  /** What did not go as it should, in sentences; empty if everything did. */
  readonly faults: readonly string[];
}
