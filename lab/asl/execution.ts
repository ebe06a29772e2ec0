import type { Json } from '../../core/json.ts';
import type { StateMachine } from './definition.ts';
import { Stop } from '../stop.ts';
import { Aborted, StateError, StatesApiError } from './errors.ts';
import { Recorder } from './history.ts';
import type { HistoryEvent } from './history.ts';
import { runScope } from './interpreter.ts';
import { isTooLarge, jsonText, throughWire } from './json.ts';
import type { ExecutionOptions } from './options.ts';
import { checkRedrivable, recordOutcome } from './outcome.ts';
import type { ExecutionResult, ExecutionStatus } from './outcome.ts';
import { Frame, Thread } from './thread.ts';
import type { ExecutionContext } from './thread.ts';
import { TokenDesk } from './tokens.ts';

// A standard workflow ends after a year whatever its definition says.
const LONGEST_EXECUTION_SECONDS = 365 * 24 * 3600;

/** The time between a start or redrive and the end that follows. */
interface Run {
  readonly stop: Stop;
  result: ExecutionResult | undefined;
}

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
  #current: Run = { stop: new Stop(), result: undefined };
  #done: Promise<ExecutionResult>;

  constructor(options: ExecutionOptions) {
    const { machine, name, stateMachineArn, clock } = options;
    this.arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    this.name = name;
    this.stateMachineArn = stateMachineArn;
    this.input = throughWire(options.input);
    if (isTooLarge(this.input)) {
      throw new StatesApiError('InvalidExecutionInput', 'the input is larger than 262144 bytes');
    }
    this.startDate = clock.now();
    this.#machine = machine;
    this.#context = createContext(options, this.arn, () => this.#about());
    this.#root = new Frame(machine, this.input);
    const details = { input: jsonText(this.input) };
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
    this.#current = { stop: new Stop(), result: undefined };
    const event = recorder.record('ExecutionRedriven', recorder.events.length, {
      executionRedrivenEventDetails: { redriveCount: this.#redriveCount },
    });
    this.#done = this.#run(this.#done, event.id);
  }

  async #run(before: Promise<unknown>, lastEventId: number): Promise<ExecutionResult> {
    // A redrive may follow while this run still unwinds, so the run keeps its own state.
    const current = this.#current;
    // Whoever starts or redrives an execution holds it in hand before anything happens.
    await before;
    void this.#timeOut(current.stop);
    const thread = new Thread(this.#context, current.stop, lastEventId, undefined);
    try {
      const output = await runScope(this.#root, thread);
      this.#end({ status: 'SUCCEEDED', output }, thread.lastEventId);
    } catch (thrown) {
      if (thrown instanceof StateError) {
        this.#end({ status: 'FAILED', ...thrown.toDetails() }, thread.lastEventId);
      } else if (!(thrown instanceof Aborted)) {
        current.stop.abort(new Aborted());
        throw thrown;
      }
    }
    if (!current.result) throw new Error('a run ended without a result');
    return current.result;
  }

  async #timeOut(signal: Stop): Promise<void> {
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
    this.#current.result = result;
    const { recorder, tokens } = this.#context;
    recordOutcome(recorder, result, lastEventId);
    tokens.closeAll();
    this.#current.stop.abort(new Aborted());
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
      StateMachine: {
        Id: this.stateMachineArn,
        Name: this.stateMachineArn.split(':').at(-1) ?? '',
      },
    };
  }
}

function createContext(
  { clock, random, invoke, onEvent, stateMachineArn }: ExecutionOptions,
  arn: string,
  about: ExecutionContext['about'],
): ExecutionContext {
  const recorder = new Recorder(clock, onEvent ?? (() => undefined));
  const region = stateMachineArn.split(':')[3] ?? '';
  return { clock, random, invoke, recorder, tokens: new TokenDesk(arn), region, about };
}

/** Starts an execution. It begins after the caller has it in hand. */
export function startExecution(options: ExecutionOptions): Execution {
  return new Execution(options);
}
