import type { Json } from '../../core/json.ts';
import type { LabClock } from '../clock.ts';
import type { StateMachine } from './definition.ts';
import type { HistoryEvent } from './history.ts';
import type { InvokeCall } from './thread.ts';

/** What an execution needs from outside. */
export interface ExecutionOptions {
  readonly machine: StateMachine;
  /** The execution's name, unique for the state machine. */
  readonly name: string;
  readonly stateMachineArn: string;
  readonly input: Json;
  readonly clock: LabClock;
  /** Seeded numbers in [0, 1), for jitter, `$random`, `$uuid` and `$shuffle`. */
  readonly random: () => number;
  /**
   * Calls a Lambda function. What it resolves with goes through JSON; the name of an error it
   * throws is the name that Retry and Catch match.
   */
  readonly invoke: (call: InvokeCall) => Promise<unknown>;
  /** Sees every event as it is written. */
  readonly onEvent?: (event: HistoryEvent) => void;
}
