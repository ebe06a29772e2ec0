import { describe, expect, it } from '@jest/globals';
import { CALLBACK, failure, finish, run, start, typesOf } from './support.ts';
import type { Lab } from './support.ts';

const callback = {
  Type: 'Task',
  Resource: CALLBACK,
  Arguments: {
    FunctionName: 'ask',
    Payload: { token: '{% $states.context.Task.Token %}' },
  },
  End: true,
};

function tokenOf({ calls }: Lab, index = 0): string {
  const payload: unknown = calls[index]?.payload;
  if (typeof payload === 'object' && payload !== null && 'token' in payload) {
    return String(payload.token);
  }
  throw new Error('no token was passed');
}

describe('a Task that waits for a callback', () => {
  it('refuses an unknown token, a closed one and an output that is not JSON', async () => {
    const lab = start({ A: callback });
    await lab.clock.run(async () => {
      await lab.clock.sleep(1000);
      const token = tokenOf(lab);
      const { execution } = lab;
      expect(() => {
        execution.sendTaskSuccess('x', '{}');
      }).toThrow(expect.objectContaining({ name: 'InvalidToken' }));
      expect(() => {
        execution.sendTaskSuccess(token, '{');
      }).toThrow(expect.objectContaining({ name: 'InvalidOutput' }));
      const large = JSON.stringify('x'.repeat(262_144));
      expect(() => {
        execution.sendTaskSuccess(token, large);
      }).toThrow(/larger/);
      execution.sendTaskSuccess(token, '{"approved":true}');
      for (const again of [
        () => {
          execution.sendTaskSuccess(token, '{}');
        },
        () => {
          execution.sendTaskFailure(token);
        },
        () => {
          execution.sendTaskHeartbeat(token);
        },
      ]) {
        expect(again).toThrow(expect.objectContaining({ name: 'TaskTimedOut' }));
      }
      await lab.execution.done;
    });
    expect(await lab.execution.done).toEqual({ status: 'SUCCEEDED', output: { approved: true } });
    expect(typesOf(lab).slice(2, 6)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
    ]);
    expect(lab.execution.hasToken(tokenOf(lab))).toBe(true);
  });

  it('fails with what SendTaskFailure says', async () => {
    const { result } = await run(
      { A: callback },
      {
        invoke: async (_, lab) => {
          lab.execution.sendTaskFailure(tokenOf(lab), 'Rejected', 'by ops');
        },
      },
    );
    expect(result).toEqual({ status: 'FAILED', error: 'Rejected', cause: 'by ops' });
  });

  it('fails when its function throws, and closes the token', async () => {
    const lab = start({ A: callback }, { invoke: () => Promise.reject(failure('Broken')) });
    expect(await finish(lab)).toMatchObject({ status: 'FAILED', error: 'Broken' });
    const late = () => {
      lab.execution.sendTaskSuccess(tokenOf(lab), '{}');
    };
    expect(late).toThrow(expect.objectContaining({ name: 'TaskTimedOut' }));
  });

  it('closes the token at the timeout', async () => {
    const lab = start({ A: { ...callback, TimeoutSeconds: 30 } });
    expect(await finish(lab)).toEqual({ status: 'FAILED', error: 'States.Timeout' });
    expect(lab.elapsed()).toBe(30);
    expect(() => {
      lab.execution.sendTaskHeartbeat(tokenOf(lab));
    }).toThrow(/does not exist anymore/);
  });

  it('gets a new token for every attempt; the old one is dead', async () => {
    const retry = { ErrorEquals: ['States.Timeout'], MaxAttempts: 1 };
    const lab = start({ A: { ...callback, TimeoutSeconds: 30, Retry: [retry] } });
    await lab.clock.run(async () => {
      await lab.clock.sleep(40_000);
      const [first, second] = [tokenOf(lab, 0), tokenOf(lab, 1)];
      expect(first).not.toBe(second);
      expect(() => {
        lab.execution.sendTaskSuccess(first, '1');
      }).toThrow(expect.objectContaining({ name: 'TaskTimedOut' }));
      lab.execution.sendTaskSuccess(second, '2');
      expect(await lab.execution.done).toEqual({ status: 'SUCCEEDED', output: 2 });
    });
  });

  it('takes an answer that comes before its function returns', async () => {
    const { result, elapsed } = await run(
      { A: callback },
      {
        invoke: async (_, lab) => {
          lab.execution.sendTaskSuccess(tokenOf(lab), '"early"');
          await lab.clock.sleep(2000);
        },
      },
    );
    expect(result.output).toBe('early');
    expect(elapsed()).toBe(2);
  });
});

describe('heartbeats', () => {
  const beating = { ...callback, TimeoutSeconds: 600, HeartbeatSeconds: 10 };
  const next = (name: string) => [{ ErrorEquals: [name], Next: 'B' }];
  const caught = { Type: 'Pass', End: true };

  it.each(['States.HeartbeatTimeout', 'States.Timeout', 'States.ALL'])(
    'are missed under the name %s, and written as States.Timeout',
    async (name) => {
      const { result, elapsed, execution } = await run({
        A: { ...beating, Catch: next(name) },
        B: caught,
      });
      expect(result).toEqual({ status: 'SUCCEEDED', output: { Error: 'States.Timeout' } });
      expect(elapsed()).toBe(10);
      expect(typesOf({ execution })).toContain('TaskTimedOut');
    },
  );

  it('keep a task alive until they stop', async () => {
    const lab = start({ A: beating });
    await lab.clock.run(async () => {
      for (let beat = 0; beat < 5; beat += 1) {
        await lab.clock.sleep(8000);
        lab.execution.sendTaskHeartbeat(tokenOf(lab));
      }
      await lab.execution.done;
    });
    expect(lab.elapsed()).toBe(50);
  });

  it('do not keep a task alive beyond its timeout', async () => {
    const lab = start({ A: { ...beating, TimeoutSeconds: 25 } });
    await lab.clock.run(async () => {
      for (let beat = 0; beat < 3; beat += 1) {
        await lab.clock.sleep(8000);
        lab.execution.sendTaskHeartbeat(tokenOf(lab));
      }
      await lab.execution.done;
    });
    expect(lab.elapsed()).toBe(25);
  });
});
