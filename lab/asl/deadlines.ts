import type { Json } from '../../core/json.ts';
import { Aborted, StateError } from './errors.ts';
import type { Thread } from './thread.ts';
import type { PendingTask } from './tokens.ts';

/** How long a task may take. */
export interface Deadlines {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/** Rejects once the signal is aborted, and then ends what is under way, too. */
async function abortOf(signal: AbortSignal, over: AbortController): Promise<never> {
  return await new Promise<never>((_, reject) => {
    const onAbort = () => {
      const reason: unknown = signal.reason;
      reject(reason instanceof Error ? reason : new Aborted());
      over.abort(reason);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true, signal: over.signal });
  });
}

async function timeOut(thread: Thread, seconds: number, signal: AbortSignal): Promise<never> {
  await thread.context.clock.sleep(seconds * 1000, signal);
  throw new StateError('States.Timeout');
}

// AWS writes a missed heartbeat as States.Timeout, and finds it under both names.
async function missHeartbeat(
  thread: Thread,
  seconds: number,
  pending: PendingTask | undefined,
  signal: AbortSignal,
): Promise<never> {
  const { clock } = thread.context;
  let dueAt = clock.now().getTime() + seconds * 1000;
  if (pending) {
    pending.onHeartbeat = () => {
      dueAt = clock.now().getTime() + seconds * 1000;
    };
  }
  for (let left = seconds * 1000; left > 0; left = dueAt - clock.now().getTime()) {
    await clock.sleep(left, signal);
  }
  throw new StateError('States.Timeout', undefined, 'States.HeartbeatTimeout');
}

/**
 * Settles as `work` does, unless a deadline passes or the thread is aborted first. The signal given
 * to `work` is aborted as soon as its answer no longer counts.
 */
export async function settleWithin(
  thread: Thread,
  { timeoutSeconds, heartbeatSeconds }: Deadlines,
  pending: PendingTask | undefined,
  work: (signal: AbortSignal) => Promise<Json>,
): Promise<Json> {
  const over = new AbortController();
  const { signal } = over;
  if (thread.signal.aborted) over.abort(thread.signal.reason);
  const rivals = [work(signal), abortOf(thread.signal, over)];
  if (timeoutSeconds !== undefined) rivals.push(timeOut(thread, timeoutSeconds, signal));
  if (heartbeatSeconds !== undefined) {
    rivals.push(missHeartbeat(thread, heartbeatSeconds, pending, signal));
  }
  try {
    return await Promise.race(rivals);
  } finally {
    over.abort(new Aborted());
  }
}
