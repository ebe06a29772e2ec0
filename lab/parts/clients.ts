import type { Socket } from 'node:net';
import * as z from 'zod';
import type { Endpoint } from './address-book.ts';
import { measureAttempts } from './client-ledger.ts';
import type { Attempt, Measurement } from './client-ledger.ts';
import { errorMessage } from './errors.ts';
import { createCaller } from './https-call.ts';
import type { Caller, CallResult } from './https-call.ts';
import { createResolver } from './resolver.ts';
import type { Resolver } from './resolver.ts';

/** Clients that write orders for as long as they run, and remember every attempt. */
export interface Clients {
  start(): void;
  /** Stops writing and waits for the attempts under way. Start again at will. */
  stop(): Promise<void>;
  /** Every attempt so far, oldest first. */
  ledger(): readonly Attempt[];
  measure(): Measurement;
  /** Resolves at the first acknowledged write of a well-behaved client from now on. */
  nextAcknowledgement(): Promise<Attempt>;
  close(): Promise<void>;
}

/** Who writes, where to, and how fast. */
export interface ClientsOptions {
  readonly hostname: string;
  readonly dnsPort: number;
  readonly dial: (endpoint: Endpoint) => Socket;
  readonly ca: string;
  /** Clients that honour TTLs; default 4. */
  readonly count?: number;
  /** One more that remembers the first address forever; default true. */
  readonly withCacheForever?: boolean;
  /** The most writes a second of each client; default 15. */
  readonly writesPerSecond?: number;
  readonly timeoutMilliseconds?: number;
}

interface Writer {
  readonly name: string;
  readonly wellBehaved: boolean;
  readonly resolver: Resolver;
  readonly caller: Caller;
  sequence: number;
}

const Answer = z.object({ region: z.string() });

/** Creates the clients; `start` them. */
export function createClients(options: ClientsOptions): Clients {
  const writers = createWriters(options);
  const attempts: Attempt[] = [];
  const waiting: ((attempt: Attempt) => void)[] = [];
  const pauseMilliseconds = 1_000 / (options.writesPerSecond ?? 15);
  let running: AbortController | undefined;
  let loops: Promise<unknown> = Promise.resolve();

  const writeForever = async (writer: Writer, signal: AbortSignal) => {
    while (!signal.aborted) {
      const startedAt = Date.now();
      const attempt = newAttempt(writer);
      attempts.push(attempt);
      await attemptOrder(writer, attempt, options.hostname);
      if (isNews(attempt)) for (const tell of waiting.splice(0)) tell(attempt);
      await pause(startedAt + pauseMilliseconds - Date.now(), signal);
    }
  };
  const stop = async () => {
    running?.abort();
    running = undefined;
    await loops;
  };
  return {
    start() {
      if (running !== undefined) return;
      const controller = new AbortController();
      running = controller;
      loops = Promise.all(writers.map((writer) => writeForever(writer, controller.signal)));
    },
    stop,
    ledger: () => attempts,
    measure: () => measureAttempts(attempts, new Date()),
    nextAcknowledgement: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      await stop();
      for (const writer of writers) writer.caller.close();
    },
  };
}

const isNews = ({ outcome, wellBehaved }: Attempt) => wellBehaved && outcome === 'acknowledged';

function createWriters(options: ClientsOptions): readonly Writer[] {
  const timeoutMilliseconds = options.timeoutMilliseconds ?? 1_000;
  const writer = (name: string, wellBehaved: boolean): Writer => ({
    name,
    wellBehaved,
    resolver: createResolver({
      serverPort: options.dnsPort,
      cache: wellBehaved ? 'ttl' : 'forever',
    }),
    caller: createCaller({ dial: options.dial, ca: options.ca, timeoutMilliseconds }),
    sequence: 0,
  });
  const count = options.count ?? 4;
  const writers = Array.from({ length: count }, (_, index) => writer(`client-${index + 1}`, true));
  if (options.withCacheForever ?? true) writers.push(writer('cache-forever', false));
  return writers;
}

/** A retry is a new attempt with a new id, so that no id is ever sent twice. */
function newAttempt(writer: Writer): Attempt {
  writer.sequence += 1;
  return {
    id: `${writer.name}-${String(writer.sequence).padStart(6, '0')}`,
    client: writer.name,
    wellBehaved: writer.wellBehaved,
    startedAt: new Date(),
    outcome: 'pending',
  };
}

async function attemptOrder(writer: Writer, attempt: Attempt, host: string): Promise<void> {
  try {
    const [ip] = await writer.resolver.resolve(host);
    if (ip === undefined) throw new Error(`${host} has no address`);
    attempt.ip = ip;
    const body = { id: attempt.id, client: attempt.client };
    const call = { ip, host, method: 'POST', path: '/orders', body } as const;
    settle(attempt, await writer.caller.call(call));
  } catch (error) {
    attempt.outcome = 'failed';
    attempt.reason = errorMessage(error);
  }
}

/** 503 and 4xx promise that nothing was written; any other bad answer leaves it open. */
function settle(attempt: Attempt, result: CallResult): void {
  if (!result.answered) {
    attempt.outcome = result.sent ? 'unknown' : 'failed';
    attempt.reason = result.reason;
    return;
  }
  const answer = Answer.safeParse(result.body);
  if (answer.success) attempt.region = answer.data.region;
  if (result.status === 201) {
    attempt.acknowledgedAt = new Date();
    attempt.outcome = 'acknowledged';
    return;
  }
  const refused = result.status === 503 || (result.status >= 400 && result.status < 500);
  attempt.outcome = refused ? 'failed' : 'unknown';
  attempt.reason = `answered ${result.status}`;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
