import { describe, expect, it } from '@jest/globals';
import { Progress, Queue } from '../../../core/reconcile/queue.ts';

const letters = ['a', 'b', 'c', 'd', 'e'];
const filled = (progress?: Progress, items: readonly string[] = letters): Queue<string> => {
  const queue = new Queue<string>(progress);
  queue.fill(items);
  return queue;
};
/** Takes everything; what is among `waits` goes back until it was seen so often. */
function drain(queue: Queue<string>, waits: Readonly<Record<string, number>> = {}): string {
  const left = new Map(Object.entries(waits));
  let seen = '';
  for (let next = queue.take(); next !== undefined; next = queue.take()) {
    seen += next;
    const more = left.get(next) ?? 0;
    left.set(next, more - 1);
    if (more > 0) queue.putBack();
    else queue.moved();
    if (queue.isStuck) break;
  }
  return seen;
}

describe('a queue', () => {
  it('gives things in their order, and what waits after them, again in its order', () => {
    expect(drain(filled())).toBe('abcde');
    expect(drain(filled(), { b: 1, d: 1 })).toBe('abcdebd');
  });

  it('is stuck once all that is left was tried since something was done', () => {
    const queue = filled();
    expect(drain(queue, { b: 99, d: 99 })).toBe('abcdebd');
    expect([queue.isStuck, queue.isEmpty]).toEqual([true, false]);
    expect(drain(filled(undefined, []))).toBe('');
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'goes on behind what was tried, in a new turn after %i things',
    (most) => {
      const one = filled();
      const done: string[] = [];
      const waits = new Set(['b', 'd']);
      const step = (queue: Queue<string>): void => {
        const next = queue.take();
        if (next === undefined) return;
        // Each of them waits once.
        if (waits.delete(next)) queue.putBack();
        else {
          queue.moved();
          done.push(next);
        }
      };
      for (let turn = 0; turn < most; turn += 1) step(one);
      const { progress, dropped } = one.progress();
      const two = filled(Progress.parse(structuredClone(progress)));
      while (!two.isEmpty) step(two);
      expect([done.join(''), dropped]).toEqual(['acebd', 0]);
    },
  );

  it('keeps how long it did nothing from turn to turn', () => {
    const one = filled({ at: 5, waiting: [[1, 3]], idle: 2, first: null });
    expect([one.isStuck, one.take()]).toEqual([false, 'b']);
    one.putBack();
    expect(one.progress().progress).toEqual({
      at: 5,
      waiting: [
        [2, 3],
        [1, 1],
      ],
      idle: 3,
      first: null,
    });
    expect(one.isStuck).toBe(true);
  });

  it('hands over little, whatever waits, and says how much it left out', () => {
    const many = Array.from({ length: 20_000 }, (_, place) => String(place));
    const all = filled(undefined, many);
    for (let place = 0; place < 10_000; place += 1) {
      all.take();
      all.putBack();
    }
    expect(all.progress().progress.waiting).toEqual([[0, 9999]]);
    const every = filled(undefined, many);
    for (let place = 0; place < 10_000; place += 1) {
      every.take();
      every.putBack();
      every.take();
    }
    const { progress, dropped } = every.progress();
    expect(JSON.stringify(progress).length).toBeLessThan(40_000);
    expect(dropped).toBe(8000);
  });

  it('begins the next turn with what is to be first', () => {
    const one = filled({ at: 2, waiting: [[0, 0]], idle: 1, first: null });
    expect(one.take()).toBe('c');
    one.putBackFirst();
    expect([one.isEmpty, one.isStuck]).toEqual([false, false]);
    const { progress } = one.progress();
    expect(drain(filled(Progress.parse(structuredClone(progress))))).toBe('cdea');
    const last = filled({ at: 5, waiting: [], idle: 0, first: 4 });
    expect([last.isEmpty, last.isStuck, last.take(), last.isEmpty]).toEqual([
      ...[false, false, 'e', true],
    ]);
  });

  it('forgets places that are none', () => {
    expect(drain(filled({ at: 4, waiting: [[3, 9]], idle: 0, first: 9 }))).toBe('ed');
  });
});
