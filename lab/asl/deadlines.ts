import type { Json } from '../../core/json.ts';
import type { Stop } from '../stop.ts';
import { Aborted, StateError } from './errors.ts';
import type { Thread } from './thread.ts';
import type { PendingTask } from './tokens.ts';

/** How long a task may take. */
export interface Deadlines {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

// AWS writes a missed heartbeat as States.Timeout, and finds it under both names.
async function missHeartbeat(
  thread: Thread,
  seconds: number,
  pending: PendingTask | undefined,
  signal: Stop,
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
  work: (signal: Stop) => Promise<Json>,
): Promise<Json> {
  const over = thread.signal.fork();
  try {
    return await new Promise<Json>((resolve, reject) => {
      work(over).then(resolve, reject);
      const onAbort = (): void => {
        reject(over.reason ?? new Aborted());
      };
      if (over.aborted) onAbort();
      else over.addEventListener('abort', onAbort);
      if (timeoutSeconds !== undefined) timeOut(thread, timeoutSeconds, over).catch(reject);
      if (heartbeatSeconds === undefined) return;
      missHeartbeat(thread, heartbeatSeconds, pending, over).catch(reject);
    });
  } finally {
    over.abort(new Aborted());
  }
}

async function timeOut(thread: Thread, seconds: number, signal: Stop): Promise<never> {
  await thread.context.clock.sleep(seconds * 1000, signal);
  throw new StateError('States.Timeout');
}
