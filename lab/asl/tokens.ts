import { createHash } from 'node:crypto';
import type { Json } from '../../core/json.ts';
import { StateError, StatesApiError } from './errors.ts';
import { PAYLOAD_LIMIT_BYTES, parseJson } from './json.ts';

/** One wait for a callback: a new one for every attempt. */
export interface PendingTask {
  readonly token: string;
  /** Settles with what the callback says. */
  readonly answer: Promise<Json>;
  /** Calls back on every heartbeat. */
  onHeartbeat: () => void;
  /** No callback is accepted any more. */
  close(): void;
}

interface Entry {
  isOpen: boolean;
  readonly succeed: (output: Json) => void;
  readonly fail: (error: StateError) => void;
  readonly beat: () => void;
}

/** The task tokens of one execution. */
export class TokenDesk {
  readonly #entries = new Map<string, Entry>();
  readonly #executionArn: string;

  constructor(executionArn: string) {
    this.#executionArn = executionArn;
  }

  /** Hands out a token that was never used before, here or in another execution. */
  open(): PendingTask {
    const secret = `${this.#executionArn}#${this.#entries.size}`;
    const token = createHash('sha512').update(secret).digest('base64');
    let settle: Pick<Entry, 'succeed' | 'fail'> | undefined;
    const answer = new Promise<Json>((succeed, fail) => {
      settle = { succeed, fail };
    });
    // A failure may arrive before anybody awaits it; the task sees it all the same.
    answer.catch(() => undefined);
    if (!settle) throw new Error('a promise runs its executor at once');
    const pending: PendingTask = {
      token,
      answer,
      onHeartbeat: () => undefined,
      close: () => {
        entry.isOpen = false;
      },
    };
    const entry: Entry = {
      isOpen: true,
      ...settle,
      beat: () => {
        pending.onHeartbeat();
      },
    };
    this.#entries.set(token, entry);
    return pending;
  }

  /** Whether the token was handed out here, open or not. */
  has(token: string): boolean {
    return this.#entries.has(token);
  }

  /** SendTaskSuccess. */
  succeed(token: string, output: string): void {
    const entry = this.#openEntry(token);
    const value = readOutput(output);
    entry.isOpen = false;
    entry.succeed(value);
  }

  /** SendTaskFailure. */
  fail(token: string, error?: string, cause?: string): void {
    const entry = this.#openEntry(token);
    entry.isOpen = false;
    entry.fail(new StateError(error, cause));
  }

  /** SendTaskHeartbeat. */
  beat(token: string): void {
    this.#openEntry(token).beat();
  }

  /** The execution ended: every token is dead. */
  closeAll(): void {
    for (const entry of this.#entries.values()) entry.isOpen = false;
  }

  #openEntry(token: string): Entry {
    const entry = this.#entries.get(token);
    if (!entry) throw new StatesApiError('InvalidToken', 'Invalid Token: the token is unknown');
    if (!entry.isOpen) {
      throw new StatesApiError(
        'TaskTimedOut',
        'Task Timed Out: Provided task does not exist anymore',
      );
    }
    return entry;
  }
}

function readOutput(output: string): Json {
  if (Buffer.byteLength(output) > PAYLOAD_LIMIT_BYTES) {
    throw new StatesApiError('InvalidOutput', 'the output is larger than 262144 bytes');
  }
  try {
    return parseJson(output);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StatesApiError('InvalidOutput', `the output is not JSON: ${why}`);
  }
}
