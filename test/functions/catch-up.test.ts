import { describe, expect, it } from '@jest/globals';
import { CAUGHT_UP, readLedger } from '../../aws/ledger.ts';
import { catchUp } from '../../functions/catch-up.ts';
import { switchName, takeOver } from './support.ts';
import { persist } from './sweep.ts';
import { movingThere } from './switchover-bench.ts';

async function prepare() {
  const bench = await movingThere();
  const input = { ...bench.input, startedAt: bench.at() };
  const turn = (before: object | null) => bench.run(catchUp, { ...input, before });
  const proofs = async (): Promise<number> => {
    const ledger = await readLedger(bench.runtime, bench.incident.id);
    return ledger.filter(({ what }) => what === CAUGHT_UP).length;
  };
  return { ...bench, input, turn, proofs };
}

describe('CatchUp refuses', () => {
  it.each([
    ['no beginning', { startedAt: 'now' }],
    ['positions that are none', { before: { orders: '0/1' } }],
    ['nothing of the turn before', { before: undefined }],
  ])('malformed input: %s', async (_, change) => {
    const bench = await prepare();
    bench.facts.sessions.primary = 2;
    const refused = bench.run(catchUp, { ...bench.input, before: null, ...change });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect(bench.facts.sessions.primary).toBe(2);
  });

  it('when another incident holds the lock, and ends nobody’s session', async () => {
    const bench = await prepare();
    bench.facts.sessions.primary = 2;
    await takeOver(bench, bench.incident);
    await expect(bench.turn(null)).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(bench.facts.sessions.primary).toBe(2);
  });

  it('while the plan is paused, and ends nobody’s session', async () => {
    const bench = await prepare();
    bench.facts.sessions.primary = 2;
    bench.world.parameters.set(switchName, 'paused');
    await expect(bench.turn(null)).rejects.toMatchObject({ name: 'NotReadyError' });
    expect(bench.facts.sessions.primary).toBe(2);
  });

  it.each<[string, (bench: Awaited<ReturnType<typeof prepare>>) => void]>([
    ['that is still behind', ({ facts }) => (facts.behindBytes = 1)],
    ['of a database with a prepared transaction', ({ facts }) => (facts.prepared = 1)],
    ['of a database that somebody came back to', ({ facts }) => (facts.sessions.primary = 1)],
  ])('a replica %s after the deadline, without a proof', async (_, arrange) => {
    const bench = await prepare();
    const { positions } = await bench.turn(null);
    arrange(bench);
    await bench.clock.advance(21);
    await expect(bench.turn(positions)).rejects.toMatchObject({
      name: 'DeadlineExceededError',
      message: expect.stringContaining('orders: The replica did not catch up in time. 20 s'),
    });
    expect(await bench.proofs()).toBe(0);
  });

  it('a replica that was promoted meanwhile', async () => {
    const bench = await prepare();
    const { positions } = await bench.turn(null);
    bench.facts.standbyIsWriter = true;
    await expect(bench.turn(positions)).rejects.toThrow('was it promoted?');
    expect(await bench.proofs()).toBe(0);
  });

  it('to say that it was reached when the proof cannot be kept', async () => {
    const bench = await prepare();
    const { positions } = await bench.turn(null);
    bench.faults.always('throttled', 'PutItem');
    await expect(bench.turn(positions)).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});

describe('CatchUp waits', () => {
  it('in its first turn, even if nobody is there: a position has to be written first', async () => {
    const bench = await prepare();
    const result = await bench.turn(null);
    expect(result).toMatchObject({ reached: false, waitSeconds: 1 });
    expect(result.positions['orders']?.lsn).toMatch(/^0\/[0-9A-F]+$/);
    expect(await bench.proofs()).toBe(0);
  });

  it('after it ended sessions, and takes no position of that turn or from before', async () => {
    const bench = await prepare();
    const { positions } = await bench.turn(null);
    bench.facts.sessions.primary = 3;
    const disturbed = await bench.turn(positions);
    expect(disturbed).toMatchObject({ reached: false, positions: { orders: null } });
    expect(disturbed.why).toContain('3 sessions.');
    expect(bench.facts.sessions.primary).toBe(0);
    const anew = await bench.turn(disturbed.positions);
    expect(anew.reached).toBe(false);
    expect(anew.positions['orders']?.lsn).not.toBe(positions['orders']?.lsn);
    expect(await bench.turn(anew.positions)).toMatchObject({ reached: true });
  });

  it('while a transaction is prepared', async () => {
    const bench = await prepare();
    const { positions } = await bench.turn(null);
    bench.facts.prepared = 1;
    expect(await bench.turn(positions)).toMatchObject({
      ...{ reached: false, positions: { orders: null } },
      why: expect.stringContaining('commit them or roll them back. 1 of them.'),
    });
  });

  it('while the replica is behind, for the same position', async () => {
    const bench = await prepare();
    bench.facts.behindBytes = 300;
    const { positions } = await bench.turn(null);
    const second = await bench.turn(positions);
    const { lsn } = positions['orders'] ?? {};
    expect(second).toMatchObject({ reached: false, positions: { orders: { lsn, looks: 2 } } });
    expect(second.why).toContain('300 bytes behind.');
    bench.facts.behindBytes = 0;
    expect(await bench.turn(second.positions)).toMatchObject({ reached: true });
  });

  it('anew, when it is tried again after an answer that nobody heard: it may have ended somebody', async () => {
    const bench = await prepare();
    const { positions } = await bench.turn(null);
    bench.facts.sessions.primary = 1;
    await bench.turn(positions);
    const again = await bench.turn(positions);
    expect(again.reached).toBe(false);
    expect(again.positions['orders']?.lsn).not.toBe(positions['orders']?.lsn);
    expect(await bench.proofs()).toBe(0);
    expect(await bench.turn(again.positions)).toMatchObject({ reached: true });
  });
});

describe('CatchUp proves', () => {
  it('that the replica has everything, in the ledger too', async () => {
    const bench = await prepare();
    const { positions } = await bench.turn(null);
    const result = await bench.turn(positions);
    expect(result.reached).toBe(true);
    expect(result.why).toContain('Nobody writes, and the replica has replayed everything.');
    const ledger = await readLedger(bench.runtime, bench.incident.id);
    const proofs = ledger.filter(({ what }) => what === CAUGHT_UP);
    expect(proofs.map(({ entry }) => entry)).toEqual([
      { why: result.why, positions: { orders: positions['orders']?.lsn } },
    ]);
  });

  it('it again, turn by turn, while another database is waited for', async () => {
    const bench = await prepare();
    let last = await bench.turn((await bench.turn(null)).positions);
    for (let turn = 0; turn < 3; turn += 1) last = await bench.turn(last.positions);
    expect(last).toMatchObject({ reached: true, positions: { orders: { looks: 5 } } });
  });

  it('the same whatever fails once', async () => {
    const probe = await prepare();
    const before = probe.faults.calls.length;
    await probe.turn((await probe.turn(null)).positions);
    const calls = probe.faults.calls.length - before;
    expect(calls).toBeGreaterThan(8);
    const kinds = [
      'throttled',
      'request lost',
      'reply lost',
      'crash before',
      'crash after',
    ] as const;
    for (let nth = 1; nth <= calls; nth += 1) {
      for (const kind of kinds) {
        const bench = await prepare();
        bench.faults.inject(kind, nth);
        let last = await persist(bench, () => bench.turn(null));
        expect([kind, nth, last.reached]).toEqual([kind, nth, false]);
        for (let turn = 0; turn < 3 && !last.reached; turn += 1) {
          const { positions } = last;
          last = await persist(bench, () => bench.turn(positions));
        }
        expect([kind, nth, last.reached]).toEqual([kind, nth, true]);
        expect(await bench.proofs()).toBeGreaterThan(0);
      }
    }
  });
});
