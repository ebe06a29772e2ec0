import type { Runtime } from './runtime.ts';

/** What came of work that somebody waited for, but not for ever. */
export type Waited<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late' };

/**
 * Waits for work until an instant, and never throws. Work that is late is not ended: in a function
 * that has answered it stands still, and may go on with the next request or never. Whoever answers
 * then must have made sure of it in another way.
 */
export async function waitUntil<Value>(
  { clock, deadline }: Pick<Runtime, 'clock' | 'deadline'>,
  instant: Date,
  work: Promise<Value>,
): Promise<Waited<Value>> {
  const ended = new AbortController();
  const late = async (): Promise<Waited<Value>> => {
    await deadline(Math.max(0, instant.getTime() - clock.now().getTime()), ended.signal);
    return { kind: 'late' };
  };
  const done = async (): Promise<Waited<Value>> => {
    try {
      return { kind: 'done', value: await work };
    } catch (error) {
      return { kind: 'failed', error };
    }
  };
  try {
    return await Promise.race([done(), late()]);
  } finally {
    ended.abort();
  }
}
