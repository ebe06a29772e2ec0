import type { Json } from '../../core/json.ts';
import type { LabClock } from '../clock.ts';
import type { Stop, StopSignal } from '../stop.ts';
import type { Scope } from './definition.ts';
import { Aborted } from './errors.ts';
import type { EventDetails, HistoryEventType, Recorder } from './history.ts';
import type { TokenDesk } from './tokens.ts';

/** A call of a Lambda function. */
export interface InvokeCall {
  /** The ARN of the Resource, or the FunctionName of the Arguments as it stands there. */
  readonly functionArn: string;
  readonly payload: Json;
  readonly stateName: string;
  /** Aborted when nobody waits for the answer any more. AWS does not stop the function then. */
  readonly signal: StopSignal;
}

/** Everything the states of one execution share. */
export interface ExecutionContext {
  readonly clock: LabClock;
  readonly random: () => number;
  readonly invoke: (call: InvokeCall) => Promise<unknown>;
  readonly recorder: Recorder;
  readonly tokens: TokenDesk;
  readonly region: string;
  /** The parts of `$states.context` that are the same everywhere in the execution. */
  readonly about: () => Readonly<Record<string, Json>>;
}

/** The current item of a Map state, as `$states.context.Map.Item` shows it. */
export interface MapItem {
  readonly Index: number;
  readonly Value: Json;
}

/** Where a scope stands. It outlives a failure: a redrive goes on from here. */
export class Frame {
  readonly scope: Scope;
  readonly outer: Frame | undefined;
  readonly #variables = new Map<string, Json>();
  stateName: string;
  input: Json;
  /** The event that entered the current state; undefined until it is entered. */
  entered: { readonly eventId: number; readonly at: Date } | undefined;
  /** The branches or iterations of the current state, once they were started. */
  children: Child[] | undefined;

  constructor(scope: Scope, input: Json, outer?: Frame) {
    this.scope = scope;
    this.outer = outer;
    this.stateName = scope.startAt;
    this.input = input;
  }

  /** Goes on to another state. */
  moveTo(stateName: string, input: Json): void {
    this.stateName = stateName;
    this.input = input;
    this.entered = undefined;
    this.children = undefined;
  }

  /** Sets variables of this scope. */
  assign(values: Readonly<Record<string, Json>>): void {
    for (const [name, value] of Object.entries(values)) this.#variables.set(name, value);
  }

  /** The value of a variable: this scope's own, or that of an outer one; undefined if unset. */
  variable(name: string): Json | undefined {
    const own = this.#variables.get(name);
    return own === undefined ? this.outer?.variable(name) : own;
  }
}

/** A branch or iteration, with its output once it succeeded. */
export interface Child {
  readonly index: number;
  /** Undefined until it started: the input of an iteration is made when its turn comes. */
  frame: Frame | undefined;
  readonly scope: Scope;
  readonly item: Json;
  output: { readonly value: Json } | undefined;
}

interface AbortNote {
  readonly type: HistoryEventType;
  readonly previousEventId: number;
  readonly details: EventDetails;
}

/** One line of events through the history: the execution itself, a branch or an iteration. */
export class Thread {
  readonly context: ExecutionContext;
  readonly signal: Stop;
  readonly item: MapItem | undefined;
  readonly #aborts: AbortNote[] = [];
  lastEventId: number;

  constructor(
    context: ExecutionContext,
    signal: Stop,
    lastEventId: number,
    item: MapItem | undefined,
  ) {
    this.context = context;
    this.signal = signal;
    this.lastEventId = lastEventId;
    this.item = item;
  }

  /** A thread inside this one. */
  fork(signal: Stop, item: MapItem | undefined): Thread {
    return new Thread(this.context, signal, this.lastEventId, item);
  }

  /** Writes the next event of this line. Nothing is written after an abort: this throws then. */
  record(type: HistoryEventType, details: EventDetails = {}): number {
    this.signal.throwIfAborted();
    const event = this.context.recorder.record(type, this.lastEventId, details);
    this.lastEventId = event.id;
    return event.id;
  }

  /**
   * Notes that a sibling's failure ended this line; the parent writes the notes of its children in
   * their order. The end of the execution leaves no such notes.
   */
  noteAbort(type: HistoryEventType, details: EventDetails = {}): void {
    const reason: unknown = this.signal.reason;
    if (!(reason instanceof Aborted) || reason.causedByEventId === undefined) return;
    this.#aborts.push({ type, previousEventId: reason.causedByEventId, details });
  }

  /** Writes what was noted by lines inside this one, or passes it on when this one is aborted. */
  writeAborts(inner: readonly Thread[]): void {
    const noted = inner.flatMap((thread) => thread.#aborts);
    if (this.signal.aborted) {
      this.#aborts.push(...noted);
      return;
    }
    for (const { type, previousEventId, details } of noted) {
      this.context.recorder.record(type, previousEventId, details);
    }
  }
}
