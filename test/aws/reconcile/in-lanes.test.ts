import { describe, expect, it } from '@jest/globals';
import { inLanes } from '../../../aws/reconcile/in-lanes.ts';

/** Work that ends when it is told to; what runs at the moment, and in which lane. */
function workshop() {
  const ends = new Map<number, { done: (value: string) => void; fail: (error: Error) => void }>();
  const lanes = new Map<number, string>();
  const work = (item: number, lane: string): Promise<string> => {
    lanes.set(item, lane);
    return new Promise((resolve, reject) => ends.set(item, { done: resolve, fail: reject }));
  };
  const end = (item: number): void => ends.get(item)?.done(`${item}`);
  return { work, end, fail: (item: number) => ends.get(item)?.fail(new Error('lost')), lanes };
}

async function all<T>(results: AsyncGenerator<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of results) found.push(each);
  return found;
}

describe('work in lanes', () => {
  it('gives the results in the order of the items, whatever ends first', async () => {
    const { work, end } = workshop();
    const results = inLanes([0, 1, 2], ['a', 'b', 'c'], work);
    const first = results.next();
    for (const item of [2, 1, 0]) end(item);
    expect(await first).toEqual({ done: false, value: '0' });
    expect(await all(results)).toEqual(['1', '2']);
  });

  it('uses a lane for one thing at a time, and runs no further ahead than the lanes', async () => {
    const { work, end, lanes } = workshop();
    const results = inLanes([0, 1, 2, 3], ['a', 'b'], work);
    const first = results.next();
    expect([...lanes]).toEqual([
      [0, 'a'],
      [1, 'b'],
    ]);
    end(1);
    end(0);
    await first;
    expect([...lanes.keys()]).toEqual([0, 1, 2]);
    expect(lanes.get(2)).toBe('a');
    const rest = all(results);
    end(2);
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    end(3);
    expect(await rest).toEqual(['1', '2', '3']);
  });

  it('fails with the first failure in that order, once nothing runs any more', async () => {
    const { work, end, fail, lanes } = workshop();
    const results = inLanes([0, 1, 2], ['a', 'b'], work);
    const first = results.next();
    fail(0);
    const isOver = { it: false };
    const failed = first.catch((error: unknown) => {
      isOver.it = true;
      return String(error);
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver.it).toBe(false);
    end(1);
    expect(await failed).toContain('lost');
    expect([...lanes.keys()]).toEqual([0, 1]);
  });

  it('does nothing where there is nothing to do', async () => {
    const { work, lanes } = workshop();
    expect(await all(inLanes([], ['a'], work))).toEqual([]);
    expect(lanes.size).toBe(0);
  });
});
