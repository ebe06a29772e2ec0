import { describe, expect, it } from '@jest/globals';
import { createVirtualClock, createWallClock, VirtualDeadlockError } from '../../lab/clock.ts';

const START = new Date('2026-01-01T00:00:00Z');

describe('the virtual clock', () => {
  it('reports a wait that nobody can end', async () => {
    const clock = createVirtualClock(START);
    const stuck = clock.run(async () => {
      await clock.sleep(1000);
      await new Promise<never>(() => undefined);
    });
    await expect(stuck).rejects.toThrow(VirtualDeadlockError);
    await expect(stuck).rejects.toThrow(/2026-01-01T00:00:01/);
  });

  it('refuses to run twice at once', async () => {
    const clock = createVirtualClock(START);
    const nested = clock.run(async () => {
      await clock.run(async () => undefined);
    });
    await expect(nested).rejects.toThrow(/already running/);
  });

  it('passes on what main throws', async () => {
    const clock = createVirtualClock(START);
    const failing = clock.run(async () => {
      await clock.sleep(1);
      throw new Error('boom');
    });
    await expect(failing).rejects.toThrow('boom');
  });

  it('wakes sleepers by time, and by the order of their calls at the same time', async () => {
    const clock = createVirtualClock(START);
    const woken: string[] = [];
    const nap = async (name: string, milliseconds: number) => {
      await clock.sleep(milliseconds);
      woken.push(`${name}@${clock.now().getTime() - START.getTime()}`);
    };
    await clock.run(async () => {
      await Promise.all([nap('c', 30), nap('a', 10), nap('b1', 20), nap('b2', 20), nap('now', 0)]);
    });
    expect(woken).toEqual(['now@0', 'a@10', 'b1@20', 'b2@20', 'c@30']);
  });

  it('lets everything that can happen now happen before time moves', async () => {
    const clock = createVirtualClock(START);
    const seen = await clock.run(async () => {
      let steps = 0;
      const busy = (async () => {
        for (; steps < 500; steps += 1) await Promise.resolve();
        await new Promise<void>((resolve) => setImmediate(resolve));
        steps += 1;
      })();
      await clock.sleep(1);
      await busy;
      return steps;
    });
    expect(seen).toBe(501);
  });

  it('passes a year at once and stands still between runs', async () => {
    const clock = createVirtualClock(START);
    await clock.run(async () => {
      await clock.sleep(365 * 24 * 3600 * 1000);
    });
    expect(clock.now().toISOString()).toBe('2027-01-01T00:00:00.000Z');
  });

  it('drops an aborted sleep and rejects with the reason', async () => {
    const clock = createVirtualClock(START);
    const stop = new AbortController();
    const sleeping = clock.sleep(1000, stop.signal);
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(clock.sleep(1, stop.signal)).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });

  it('refuses a sleep of NaN', async () => {
    await expect(createVirtualClock(START).sleep(NaN)).rejects.toThrow(RangeError);
  });
});

describe('the wall clock', () => {
  it('rejects an aborted sleep at once with the reason', async () => {
    const clock = createWallClock();
    const stop = new AbortController();
    const sleeping = clock.sleep(60_000, stop.signal);
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(clock.sleep(60_000, stop.signal)).rejects.toBe(reason);
  });

  it('does not wake before the time', async () => {
    const clock = createWallClock();
    const before = clock.now().getTime();
    await clock.sleep(20);
    expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(20);
  });

  it('sleeps longer than one timer can', async () => {
    const stop = new AbortController();
    let isAwake = false;
    const clock = createWallClock();
    const sleeping = clock.sleep(2 ** 40, stop.signal).then(
      () => {
        isAwake = true;
      },
      () => undefined,
    );
    await clock.sleep(20);
    expect(isAwake).toBe(false);
    stop.abort();
    await sleeping;
  });
});
