import type { Clock } from '../../core/clock.ts';
import { StateError } from './errors.ts';

interface Failure {
  readonly error?: string;
  readonly cause?: string;
}
interface Integration {
  readonly resourceType: string;
  readonly resource: string;
}
interface Iteration {
  readonly name: string;
  readonly index: number;
}

/** What an event says beyond its type, under the names of the AWS API. Payloads are JSON text. */
export interface EventDetails {
  readonly executionStartedEventDetails?: { readonly input: string };
  readonly executionSucceededEventDetails?: { readonly output: string };
  readonly executionFailedEventDetails?: Failure;
  readonly executionAbortedEventDetails?: Failure;
  readonly executionTimedOutEventDetails?: Failure;
  readonly executionRedrivenEventDetails?: { readonly redriveCount: number };
  readonly evaluationFailedEventDetails?: Failure & {
    readonly location: string;
    readonly state: string;
  };
  readonly stateEnteredEventDetails?: { readonly name: string; readonly input: string };
  readonly stateExitedEventDetails?: {
    readonly name: string;
    readonly output: string;
    readonly assignedVariables?: Readonly<Record<string, string>>;
  };
  readonly lambdaFunctionScheduledEventDetails?: {
    readonly resource: string;
    readonly input: string;
    readonly timeoutInSeconds?: number;
  };
  readonly lambdaFunctionSucceededEventDetails?: { readonly output: string };
  readonly lambdaFunctionFailedEventDetails?: Failure;
  readonly lambdaFunctionTimedOutEventDetails?: Failure;
  readonly taskScheduledEventDetails?: Integration & {
    readonly region: string;
    readonly parameters: string;
    readonly timeoutInSeconds?: number;
    readonly heartbeatInSeconds?: number;
  };
  readonly taskStartedEventDetails?: Integration;
  readonly taskSubmittedEventDetails?: Integration & { readonly output: string };
  readonly taskSucceededEventDetails?: Integration & { readonly output: string };
  readonly taskFailedEventDetails?: Integration & Failure;
  readonly taskTimedOutEventDetails?: Integration & Failure;
  readonly mapStateStartedEventDetails?: { readonly length: number };
  readonly mapIterationStartedEventDetails?: Iteration;
  readonly mapIterationSucceededEventDetails?: Iteration;
  readonly mapIterationFailedEventDetails?: Iteration;
  readonly mapIterationAbortedEventDetails?: Iteration;
}

type Many = 'Map' | 'Parallel';
type Exiting = Many | 'Choice' | 'Pass' | 'Succeed' | 'Task' | 'Wait';

/** The event types this interpreter writes; a subset of AWS's. */
export type HistoryEventType =
  | `Execution${'Started' | 'Succeeded' | 'Failed' | 'Aborted' | 'TimedOut' | 'Redriven'}`
  | `LambdaFunction${'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut'}`
  | `Task${'Scheduled' | 'Started' | 'Submitted' | 'Succeeded' | 'Failed' | 'TimedOut'}`
  | `MapIteration${'Started' | 'Succeeded' | 'Failed' | 'Aborted'}`
  | `${Exiting | 'Fail'}StateEntered`
  | `${Exiting}StateExited`
  | `${Many}State${'Started' | 'Succeeded' | 'Failed'}`
  | `${Many | 'Task' | 'Wait'}StateAborted`
  | 'EvaluationFailed';

/** One line of an execution's history, in the shape of GetExecutionHistory. */
export interface HistoryEvent extends EventDetails {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: Date;
  readonly type: HistoryEventType;
}

/** The most events AWS keeps for one execution; the last one is its end. */
export const HISTORY_LIMIT = 25_000;

/** The history of one execution. Events are only ever added. */
export class Recorder {
  readonly #events: HistoryEvent[] = [];
  readonly #clock: Clock;
  readonly #onEvent: (event: HistoryEvent) => void;

  constructor(clock: Clock, onEvent: (event: HistoryEvent) => void) {
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /** Writes an event of the work under way; fails the execution when the history is full. */
  record(type: HistoryEventType, previousEventId: number, details: EventDetails): HistoryEvent {
    if (this.#events.length >= HISTORY_LIMIT - 1) {
      throw new StateError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`,
      );
    }
    return this.recordEnd(type, previousEventId, details);
  }

  /** Writes the event that ends the execution, for which there is always room. */
  recordEnd(type: HistoryEventType, previousEventId: number, details: EventDetails): HistoryEvent {
    const id = this.#events.length + 1;
    const event = { id, previousEventId, timestamp: this.#clock.now(), type, ...details };
    this.#events.push(event);
    this.#onEvent(event);
    return event;
  }
}

/** State names in the order they were entered, across branches. A retry does not enter again. */
export function pathOf(history: readonly HistoryEvent[]): string[] {
  return history.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
}

/**
 * How many state transitions the execution is billed for: every state entered, and every further
 * attempt at a task, Map or Parallel, which AWS counts as one too. An attempt that fails before it
 * is scheduled (its Arguments, say) leaves no event of its own and is not counted.
 */
export function countTransitions(history: readonly HistoryEvent[]): number {
  const count = (...types: readonly HistoryEventType[]) =>
    history.filter(({ type }) => types.includes(type)).length;
  const further = (attempts: number, entered: number) => Math.max(0, attempts - entered);
  return (
    pathOf(history).length +
    further(count('TaskScheduled', 'LambdaFunctionScheduled'), count('TaskStateEntered')) +
    further(count('MapStateStarted'), count('MapStateEntered')) +
    further(count('ParallelStateStarted'), count('ParallelStateEntered'))
  );
}
