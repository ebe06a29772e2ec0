import type { FaultKind, WorldEvent } from '../schedule.ts';

/** A change of one file of the product. */
export interface Edit {
  /** Path from the root: a source file, or the definition of the state machine. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** A run that shows a bug. */
export interface Where {
  readonly scenario: string;
  /** A fault at the first call with this signature, as a run without faults makes it. */
  readonly fault?: { readonly at: string; readonly kind: FaultKind; readonly stays?: boolean };
  readonly events?: readonly WorldEvent[];
}

/** A deliberate bug: the invariants are worth something if they find it. */
export interface Bug extends Edit {
  readonly id: string;
  readonly what: string;
  /** More of the same bug, where the product has two guards and either would do. */
  readonly and?: readonly Edit[];
  /** Ids of the invariants of which one at least must report. */
  readonly killedBy: readonly string[];
  readonly where: readonly Where[];
}

/** Paths of the definitions of the state machines. */
export const MACHINE_FILE = 'statemachines/failover.asl.yaml';
export const MOVE_FILE = 'statemachines/switchover.asl.yaml';
export const RECONCILE_FILE = 'statemachines/reconcile.asl.yaml';

/** Their names in the template. */
export const machineIds: ReadonlyMap<string, string> = new Map([
  [MACHINE_FILE, 'Failover'],
  [MOVE_FILE, 'Switchover'],
  [RECONCILE_FILE, 'Reconcile'],
]);

/** All edits of a bug. */
export function editsOf(bug: Bug): readonly Edit[] {
  return [bug, ...(bug.and ?? [])];
}
