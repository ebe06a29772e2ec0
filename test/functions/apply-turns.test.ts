import { describe, expect, it } from '@jest/globals';
import { readLedger } from '../../aws/ledger.ts';
import type { Engine } from '../../aws/reconcile/engine.ts';
import type { Runtime } from '../../aws/runtime.ts';
import { toHandler } from '../../aws/step.ts';
import { NotReadyError, UnreachableError } from '../../core/errors.ts';
import type { Given } from '../../core/reconcile/given.ts';
import { MOST_TURNS } from '../../core/reconcile/given.ts';
import { applyWrites } from '../../functions/apply-writes.ts';
import { comparable } from './reconcile-bench.ts';
import { switchName, takeOver } from './support.ts';

const LOCKED = 'canceling statement due to lock timeout (55P03). Try it again.';

/** Units are in the order of their names: all numbers are of one length. */
const FIRST = 1000;

/** What a unit is to the writer, by the number of its write. */
interface Writer {
  /** Locked by somebody: refused after 5 s. */
  readonly isLocked?: (write: number) => boolean;
  /** Waits until this write was given. */
  readonly needs?: (write: number) => number | undefined;
  /** What an attempt takes, whatever comes of it. */
  readonly seconds?: number;
  /** Happens in the middle of the attempt at this write. */
  readonly on?: Readonly<Record<number, () => Promise<void> | void>>;
}

/** A writer of which each unit takes its time, and a turn after the other. */
async function turns(count: number, { isLocked, needs, seconds = 5, on = {} }: Writer = {}) {
  const lost = Array.from({ length: count }, (_, n) => FIRST + n);
  const bench = await comparable(undefined, lost);
  const before = await bench.compare('before');
  const { engine } = bench.runtime;
  if (engine === undefined) throw new Error('no engine');
  const attempts: number[] = [];
  const apply: Engine['apply'] = async function* (writer, report, approval, turn) {
    const { queue } = turn;
    const one: typeof turn = { ...turn, mayGoOn: () => true };
    let isFilled = false;
    while (!isFilled || (!queue.isEmpty && (await turn.mayGoOn()))) {
      // The engine of the lab fills the queue, and applies what is in front.
      if (!isFilled) {
        for await (const _ of engine.apply(writer, report, approval, {
          ...one,
          mayGoOn: () => false,
        }))
          throw new Error(`Nothing may be applied: ${_.why}`);
        isFilled = true;
        continue;
      }
      const next = queue.take();
      if (next === undefined) return;
      const id = Number(next.unit.rows[0]?.key['id']);
      const write = id - FIRST + 1;
      attempts.push(write);
      await bench.clock.advance(seconds);
      await on[write]?.();
      const wanted = needs?.(write);
      if (isLocked?.(write) === true) yield { unit: next.unit, outcome: 'refused', why: LOCKED };
      else if (wanted !== undefined && !bench.facts.given.has(wanted + FIRST - 1)) queue.putBack();
      else {
        const isThere = bench.facts.given.has(id);
        bench.facts.given.add(id);
        queue.moved();
        yield { unit: next.unit, outcome: isThere ? 'already' : 'applied', why: '' };
      }
    }
  };
  const runtime: Runtime = { ...bench.runtime, engine: { ...engine, apply } };
  const turn = async (given: Given | null): Promise<Given> => {
    const event = { ...bench.input, database: bench.database, compared: before, by: 'Ada', given };
    // As the state machine hands it over.
    return await toHandler(applyWrites, () => runtime)(JSON.parse(JSON.stringify(event)));
  };
  /** Turn after turn, as the state machine does. */
  const all = async (): Promise<readonly Given[]> => {
    const done: Given[] = [];
    for (let last: Given | null = null; last?.isComplete !== true && !last?.problem;) {
      last = await turn(last);
      done.push(last);
    }
    return done;
  };
  return { ...bench, attempts, turn, all };
}

describe('a turn of ApplyWrites', () => {
  it('ends in time, and the next one goes on behind what was tried', async () => {
    const bench = await turns(3, { seconds: 400 });
    const first = await bench.turn(null);
    expect(first).toMatchObject({ isComplete: false, turn: 1, applied: 2, problem: null });
    expect(await bench.turn(first)).toMatchObject({ isComplete: true, turn: 2, applied: 3 });
    expect(bench.attempts).toEqual([1, 2, 3]);
  });

  it('lets nothing starve behind what is refused after a wait, however much it is', async () => {
    const bench = await turns(300, { isLocked: (write) => write <= 250 });
    const all = await bench.all();
    // 96 attempts of 5 s a turn.
    expect(all).toHaveLength(4);
    expect(all.at(-1)).toMatchObject({ isComplete: true, applied: 50, refused: 250 });
    expect(all.at(-1)?.reasons).toEqual([expect.stringContaining(LOCKED)]);
    expect([bench.attempts.length, bench.facts.given.size]).toEqual([300, 50]);
  });

  it('ends in time also while units only wait for others, and tries those again', async () => {
    const bench = await turns(150, { needs: (write) => (write < 150 ? 150 : undefined) });
    const [first, second, ...others] = await bench.all();
    expect(first).toMatchObject({ isComplete: false, applied: 0 });
    expect(first?.progress).toEqual({ at: 96, waiting: [[0, 95]], idle: 96, first: null });
    expect(second).toMatchObject({ isComplete: false, applied: 43 });
    expect(others.at(-1)).toMatchObject({ isComplete: true, applied: 150, refused: 0 });
    expect(bench.facts.given.size).toBe(150);
  });

  it('can be tried again: the sums are the same, and nothing is given twice', async () => {
    const bench = await turns(150);
    const first = await bench.turn(null);
    expect(first).toMatchObject({ applied: 96 });
    const lost = await bench.turn(first);
    const again = await bench.turn(first);
    expect([lost.applied, lost.already]).toEqual([150, 0]);
    expect([again.applied, again.already]).toEqual([96, 54]);
    expect(bench.facts.given.size).toBe(150);
  });

  it(`is one of ${MOST_TURNS} at the most`, async () => {
    const bench = await turns(50, { seconds: 700 });
    const all = await bench.all();
    expect(all).toHaveLength(MOST_TURNS);
    expect(all.at(-1)).toMatchObject({
      ...{ isComplete: false, applied: MOST_TURNS, progress: null },
      problem: { error: 'DeadlineExceededError', why: expect.stringContaining('Start it again') },
    });
    const ledger = await readLedger(bench.runtime, bench.incident.id);
    expect(ledger.at(-1)?.entry).toMatchObject({ turn: MOST_TURNS, applied: MOST_TURNS });
    expect(JSON.stringify(ledger)).not.toContain('waiting');
  });
});

describe('ApplyWrites stops between two transactions, and tells what it applied', () => {
  it('when the plan is paused, or nobody can read the switch', async () => {
    for (const value of ['paused', undefined]) {
      const bench = await turns(20, {
        on: {
          5: () => {
            if (value === undefined) bench.world.parameters.delete(switchName);
            else bench.world.parameters.set(switchName, value);
          },
        },
      });
      const ended = await bench.turn(null);
      expect(ended).toMatchObject({ isComplete: false, applied: 5, progress: null });
      expect(ended.problem).toMatchObject({ error: 'NotReadyError' });
      expect(bench.facts.given.size).toBe(5);
    }
  });

  it('when its run was stopped and its lock given back, or another run has it', async () => {
    for (const isTaken of [true, false]) {
      const bench = await turns(20, {
        on: {
          5: async () => {
            if (isTaken) await takeOver(bench, bench.incident);
            else await bench.store.close(bench.incident, 'failed');
          },
        },
      });
      const ended = await bench.turn(null);
      expect(ended).toMatchObject({ applied: 5, problem: { error: 'StaleEpochError' } });
      expect(bench.facts.given.size).toBe(5);
    }
  });

  it('looks every few seconds, and not before each unit', async () => {
    const bench = await turns(100, { seconds: 0.1 });
    const start = bench.faults.count('GetParameter');
    await bench.turn(null);
    const looks = bench.faults.count('GetParameter') - start;
    expect([looks, bench.facts.given.size]).toEqual([2, 100]);
  });

  it('when the writer refuses everything; but is tried again when it is gone', async () => {
    const refused = await turns(9, {
      on: { 4: () => Promise.reject(new NotReadyError('It is a standby.')) },
    });
    expect(await refused.turn(null)).toMatchObject({
      ...{ applied: 3, problem: { error: 'NotReadyError', why: 'It is a standby.' } },
    });
    const gone = await turns(9, {
      on: { 4: () => Promise.reject(new UnreachableError('Nobody answers.')) },
    });
    await expect(gone.turn(null)).rejects.toMatchObject({ name: 'UnreachableError' });
  });
});
