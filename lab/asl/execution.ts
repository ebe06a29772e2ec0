import type { Json } from '../../core/json.ts';
import type { LabClock } from '../clock.ts';
import type { StateMachine } from './definition.ts';
import { Aborted, StateError, StatesApiError } from './errors.ts';
import { Recorder } from './history.ts';
import type { HistoryEvent } from './history.ts';
import { runScope } from './interpreter.ts';
import { byteSize, PAYLOAD_LIMIT_BYTES, throughWire } from './json.ts';
import { checkRedrivable, recordOutcome } from './outcome.ts';
import type { ExecutionResult, ExecutionStatus } from './outcome.ts';
import { Frame, Thread } from './thread.ts';
import type { ExecutionContext, InvokeCall } from './thread.ts';
import { TokenDesk } from './tokens.ts';

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

// A standard workflow ends after a year whatever its definition says.
const LONGEST_EXECUTION_SECONDS = 365 * 24 * 3600;

/** One run of a state machine, with the calls of the AWS API that concern it. */
export class Execution {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly input: Json;
  readonly startDate: Date;
  readonly #machine: StateMachine;
  readonly #context: ExecutionContext;
  readonly #root: Frame;
  #status: ExecutionStatus = 'RUNNING';
  #stopDate: Date | undefined;
  #redriveDate: Date | undefined;
  #redriveCount = 0;
  #stopRun = new AbortController();
  #finished: ExecutionResult | undefined;
  #done: Promise<ExecutionResult>;

  constructor(options: ExecutionOptions) {
    const { machine, name, stateMachineArn, clock, random, invoke } = options;
    this.arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    this.name = name;
    this.stateMachineArn = stateMachineArn;
    this.input = throughWire(options.input);
    if (byteSize(this.input) > PAYLOAD_LIMIT_BYTES) {
      throw new StatesApiError('InvalidExecutionInput', 'the input is larger than 262144 bytes');
    }
    this.startDate = clock.now();
    this.#machine = machine;
    this.#context = {
      clock,
      random,
      invoke,
      recorder: new Recorder(clock, options.onEvent ?? (() => undefined)),
      tokens: new TokenDesk(this.arn),
      region: stateMachineArn.split(':')[3] ?? '',
      about: () => this.#about(),
    };
    this.#root = new Frame(machine, this.input);
    const details = { input: JSON.stringify(this.input) };
    this.#context.recorder.record('ExecutionStarted', 0, { executionStartedEventDetails: details });
    this.#done = this.#run(Promise.resolve(), 0);
  }

  /** Where it stands now. */
  status(): ExecutionStatus {
    return this.#status;
  }

  /** When it ended; undefined while it runs. */
  get stopDate(): Date | undefined {
    return this.#stopDate;
  }

  /** How often it was redriven. */
  get redriveCount(): number {
    return this.#redriveCount;
  }

  /** Every event so far. */
  get history(): readonly HistoryEvent[] {
    return this.#context.recorder.events;
  }

  /** Resolves when the execution ends, also when it fails; after a redrive, when that ends. */
  get done(): Promise<ExecutionResult> {
    return this.#done;
  }

  /** Whether the token was handed out by this execution, open or not. */
  hasToken(token: string): boolean {
    return this.#context.tokens.has(token);
  }

  /** Answers a waiting task. Throws InvalidToken, TaskTimedOut or InvalidOutput. */
  sendTaskSuccess(token: string, output: string): void {
    this.#context.tokens.succeed(token, output);
  }

  /** Fails a waiting task. Throws InvalidToken or TaskTimedOut. */
  sendTaskFailure(token: string, error?: string, cause?: string): void {
    this.#context.tokens.fail(token, error, cause);
  }

  /** Tells that a waiting task is alive. Throws InvalidToken or TaskTimedOut. */
  sendTaskHeartbeat(token: string): void {
    this.#context.tokens.beat(token);
  }

  /** Aborts the execution; does nothing when it has ended. Functions under way are not stopped. */
  stop(error?: string, cause?: string): void {
    this.#end({ status: 'ABORTED', ...new StateError(error, cause).toDetails() });
  }

  /** Goes on from the states that failed. Throws ExecutionNotRedrivable. */
  redrive(): void {
    const { recorder, clock } = this.#context;
    checkRedrivable(this.#status, this.#stopDate, clock.now(), recorder.events.length);
    this.#redriveCount += 1;
    this.#redriveDate = clock.now();
    this.#status = 'RUNNING';
    this.#stopDate = undefined;
    this.#finished = undefined;
    this.#stopRun = new AbortController();
    const details = { redriveCount: this.#redriveCount };
    const previous = recorder.events.length;
    const event = recorder.record('ExecutionRedriven', previous, {
      executionRedrivenEventDetails: details,
    });
    this.#done = this.#run(this.#done, event.id);
  }

  async #run(before: Promise<unknown>, lastEventId: number): Promise<ExecutionResult> {
    const { signal } = this.#stopRun;
    // Whoever starts or redrives an execution holds it in hand before anything happens.
    await before;
    void this.#timeOut(signal);
    const thread = new Thread(this.#context, signal, lastEventId, undefined);
    try {
      const output = await runScope(this.#root, thread);
      this.#end({ status: 'SUCCEEDED', output }, thread.lastEventId);
    } catch (thrown) {
      if (thrown instanceof StateError) {
        this.#end({ status: 'FAILED', ...thrown.toDetails() }, thread.lastEventId);
      } else if (!(thrown instanceof Aborted)) {
        this.#stopRun.abort(new Aborted());
        throw thrown;
      }
    }
    if (!this.#finished) throw new Error('a run ended without a result');
    return this.#finished;
  }

  async #timeOut(signal: AbortSignal): Promise<void> {
    const { timeoutSeconds = LONGEST_EXECUTION_SECONDS } = this.#machine;
    const seconds = Math.min(timeoutSeconds, LONGEST_EXECUTION_SECONDS);
    try {
      await this.#context.clock.sleep(seconds * 1000, signal);
    } catch {
      return; // The run ended before its deadline.
    }
    this.#end({ status: 'TIMED_OUT', error: 'States.Timeout' });
  }

  #end(result: ExecutionResult, lastEventId = this.history.length): void {
    if (this.#status !== 'RUNNING') return;
    this.#status = result.status;
    this.#stopDate = this.#context.clock.now();
    this.#finished = result;
    const { recorder, tokens } = this.#context;
    recordOutcome(recorder, result, lastEventId);
    tokens.closeAll();
    this.#stopRun.abort(new Aborted());
  }

  #about(): Record<string, Json> {
    return {
      Execution: {
        Id: this.arn,
        Input: this.input,
        Name: this.name,
        StartTime: this.startDate.toISOString(),
        RedriveCount: this.#redriveCount,
        ...(this.#redriveDate ? { RedriveTime: this.#redriveDate.toISOString() } : {}),
      },
      StateMachine: { Id: this.stateMachineArn, Name: lastPart(this.stateMachineArn) },
    };
  }
}

function lastPart(arn: string): string {
  return arn.split(':').at(-1) ?? '';
}

/** Starts an execution. It begins after the caller has it in hand. */
export function startExecution(options: ExecutionOptions): Execution {
  return new Execution(options);
}
