import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../core/json.ts';
import { HISTORY_LIMIT } from '../../../lab/asl/history.ts';
import { finish, FUNCTION, run, start, typesOf } from './support.ts';

const end = { Type: 'Pass', End: true };
const task = { Type: 'Task', Resource: FUNCTION, End: true };
const wait = { Type: 'Wait', Seconds: 60, End: true };

describe('an execution', () => {
  it('refuses an input above 256 KiB', () => {
    const large = { input: 'x'.repeat(262_144) };
    expect(() => start({ A: end }, large)).toThrow(
      expect.objectContaining({ name: 'InvalidExecutionInput' }),
    );
  });

  it('times out as a whole, and nothing happens after', async () => {
    const lab = start(
      { A: { ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }, B: end },
      {
        machine: { TimeoutSeconds: 30 },
        invoke: async (_, { clock }) => {
          await clock.sleep(100_000);
        },
      },
    );
    expect(await finish(lab)).toEqual({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(lab.elapsed()).toBe(30);
    await lab.clock.run(async () => {
      await lab.clock.sleep(200_000);
    });
    expect(typesOf(lab).at(-1)).toBe('ExecutionTimedOut');
    expect(lab.execution.status()).toBe('TIMED_OUT');
  });

  it('ends after a year when nothing else ends it', async () => {
    const never = { invoke: async () => await new Promise<never>(() => undefined) };
    const { result, elapsed } = await run({ A: task }, never);
    expect(result.status).toBe('TIMED_OUT');
    expect(elapsed()).toBe(365 * 24 * 3600);
  });

  it('leaves no timer behind when it ends', async () => {
    const { clock } = await run({ A: { ...task, TimeoutSeconds: 60, HeartbeatSeconds: 10 } });
    expect(clock.pending).toBe(0);
  });

  it('fails when its history is full, with the end as the last event', async () => {
    const { result, execution } = await run({ A: { Type: 'Pass', Next: 'B' }, B: loop('A') });
    expect(result.error).toBe('States.Runtime');
    expect(execution.history).toHaveLength(HISTORY_LIMIT);
    expect(typesOf({ execution }).at(-1)).toBe('ExecutionFailed');
    expect(() => {
      execution.redrive();
    }).toThrow(/history is full/);
  });

  it('begins only after its starter has it in hand', () => {
    const lab = start({ A: task });
    expect(lab.calls).toHaveLength(0);
    expect(typesOf(lab)).toEqual(['ExecutionStarted']);
    expect(lab.execution.status()).toBe('RUNNING');
  });

  it('is the same twice', async () => {
    const states = {
      M: {
        Type: 'Map',
        Items: '{% $range(1, 20, 1) %}',
        ItemProcessor: { StartAt: 'T', States: { T: task } },
        End: true,
      },
    };
    const once = async () => {
      const { execution } = await run(states, {
        invoke: async ({ payload }, { clock }) => {
          await clock.sleep((Number(payload) * 7919) % 1000);
        },
      });
      return execution.history;
    };
    expect(await once()).toEqual(await once());
  });
});

function loop(next: string): Json {
  return { Type: 'Choice', Choices: [{ Condition: true, Next: next }] };
}

describe('stop', () => {
  it('aborts at once and is ignored afterwards', async () => {
    const lab = start({ A: wait });
    await lab.clock.run(async () => {
      await lab.clock.sleep(1000);
      lab.execution.stop('Enough', 'by hand');
      expect(lab.execution.status()).toBe('ABORTED');
      lab.execution.stop('Again');
      expect(await lab.execution.done).toEqual({
        status: 'ABORTED',
        error: 'Enough',
        cause: 'by hand',
      });
    });
    expect(typesOf(lab)).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionAborted']);
    expect(lab.clock.pending).toBe(0);
  });

  it('comes before anything else when it comes at once', async () => {
    const lab = start({ A: task });
    lab.execution.stop();
    expect(await finish(lab)).toEqual({ status: 'ABORTED' });
    expect(lab.calls).toHaveLength(0);
  });

  it('ends a Map without a word from its iterations', async () => {
    const lab = start(
      { M: { Type: 'Map', ItemProcessor: { StartAt: 'W', States: { W: wait } }, End: true } },
      { input: [1] },
    );
    await lab.clock.run(async () => {
      await lab.clock.sleep(1000);
      lab.execution.stop('Enough', 'by hand');
      await lab.execution.done;
      await lab.clock.sleep(100_000);
    });
    expect(typesOf(lab).at(-1)).toBe('ExecutionAborted');
    expect(await finish(lab)).toEqual({ status: 'ABORTED', error: 'Enough', cause: 'by hand' });
  });
});
