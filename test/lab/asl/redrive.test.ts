import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../core/json.ts';
import { pathOf } from '../../../lab/asl/history.ts';
import { failure, finish, FUNCTION, run, start, typesOf } from './support.ts';

const end = { Type: 'Pass', End: true };
const task = { Type: 'Task', Resource: FUNCTION, End: true };
const wait = { Type: 'Wait', Seconds: 60, End: true };

describe('redrive', () => {
  it('is refused while running, after success and after 14 days', async () => {
    const running = start({ A: wait });
    const refused = expect.objectContaining({ name: 'ExecutionNotRedrivable' });
    const redrive = (lab: typeof running) => () => {
      lab.execution.redrive();
    };
    expect(redrive(running)).toThrow(refused);
    await finish(running);
    expect(redrive(running)).toThrow(/is SUCCEEDED/);
    const failed = await run({ F: { Type: 'Fail' } });
    await failed.clock.run(async () => {
      await failed.clock.sleep(14 * 24 * 3600 * 1000 + 1);
    });
    expect(redrive(failed)).toThrow(/14 days/);
  });

  it('only fails again at a Fail state', async () => {
    const lab = await run({ F: { Type: 'Fail', Error: 'Bad' } });
    lab.execution.redrive();
    expect(await finish(lab)).toEqual({ status: 'FAILED', error: 'Bad' });
    expect(typesOf(lab).slice(3)).toEqual([
      'ExecutionRedriven',
      'FailStateEntered',
      'ExecutionFailed',
    ]);
  });

  it('goes on from the task that failed, with fresh retries and the old variables', async () => {
    let isBroken = true;
    const lab = start(
      {
        A: { Type: 'Pass', Assign: { x: 1 }, Output: 'in', Next: 'T' },
        T: {
          Type: 'Task',
          Resource: FUNCTION,
          Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 2 }],
          Next: 'Z',
        },
        Z: {
          ...end,
          Output: [
            '{% $states.input %}',
            '{% $x %}',
            '{% $states.context.Execution.RedriveCount %}',
          ],
        },
      },
      {
        invoke: async ({ payload }) => {
          if (isBroken) throw failure('Boom');
          return payload;
        },
      },
    );
    expect(await finish(lab)).toMatchObject({ status: 'FAILED', error: 'Boom' });
    lab.execution.redrive();
    expect(lab.execution.status()).toBe('RUNNING');
    expect(await finish(lab)).toMatchObject({ status: 'FAILED' });
    expect(lab.calls).toHaveLength(6);
    isBroken = false;
    lab.execution.redrive();
    expect(await finish(lab)).toEqual({ status: 'SUCCEEDED', output: ['in', 1, 2] });
    expect(pathOf(lab.execution.history)).toEqual(['A', 'T', 'Z']);
  });

  it('runs only the failed and aborted iterations of a Map again', async () => {
    const ran: Json[] = [];
    let isBroken = true;
    const lab = start(
      {
        M: {
          Type: 'Map',
          Items: '{% $states.input %}',
          ItemProcessor: {
            StartAt: 'T',
            States: {
              T: { Type: 'Task', Resource: FUNCTION, Assign: { got: 1 }, Next: 'U' },
              U: { ...task, Arguments: { second: '{% $states.input %}', got: '{% $got %}' } },
            },
          },
          End: true,
        },
      },
      {
        input: ['quick', 'bad', 'slow'],
        invoke: async ({ payload, stateName }, { clock }) => {
          ran.push(stateName === 'T' ? payload : 'U');
          if (stateName === 'U') return payload;
          await clock.sleep(payload === 'quick' ? 1000 : payload === 'bad' ? 2000 : 3000);
          if (payload === 'bad' && isBroken) throw failure('Boom');
          return payload;
        },
      },
    );
    expect(await finish(lab)).toMatchObject({ status: 'FAILED', error: 'Boom' });
    isBroken = false;
    lab.execution.redrive();
    const result = await finish(lab);
    const second = (name: string) => ({ second: name, got: 1 });
    expect(result.output).toEqual([second('quick'), second('bad'), second('slow')]);
    expect(ran).toEqual(['quick', 'bad', 'slow', 'U', 'bad', 'slow', 'U', 'U']);
  });

  it('goes on after a stop and after a timeout, with the whole time again', async () => {
    const lab = start({ A: wait }, { machine: { TimeoutSeconds: 50 } });
    expect(await finish(lab)).toMatchObject({ status: 'TIMED_OUT' });
    lab.execution.redrive();
    lab.execution.stop();
    lab.execution.redrive();
    expect(await finish(lab)).toMatchObject({ status: 'TIMED_OUT' });
    expect(lab.elapsed()).toBe(100);
    expect(lab.execution.redriveCount).toBe(2);
  });
});
