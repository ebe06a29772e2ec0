import { describe, expect, it } from '@jest/globals';
import { createAwsRuntime } from '../../aws/aws-runtime.ts';
import { waitUntil } from '../../aws/deadline.ts';

const runtime = createAwsRuntime({
  region: 'eu-central-1',
  incidentTable: 'incidents',
  reportBucket: 'reports',
  switchPrefix: '/failover',
});
const inSeconds = (seconds: number) => new Date(runtime.clock.now().getTime() + seconds * 1000);

describe('Who waits until an instant', () => {
  it('is told that the work failed, and nothing is thrown', async () => {
    const error = new Error('refused');
    const waited = await waitUntil(runtime, inSeconds(60), Promise.reject(error));
    expect(waited).toEqual({ kind: 'failed', error });
  });

  it('is told that it is late, also where the instant is over', async () => {
    const never = new Promise<string>(() => undefined);
    expect(await waitUntil(runtime, inSeconds(0.01), never)).toEqual({ kind: 'late' });
    expect(await waitUntil(runtime, inSeconds(-60), never)).toEqual({ kind: 'late' });
  });

  it('gets what was done, and leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout');
    const before = timers().length;
    const waited = await waitUntil(runtime, inSeconds(60), Promise.resolve('counted'));
    expect(waited).toEqual({ kind: 'done', value: 'counted' });
    expect(timers()).toHaveLength(before);
  });

  it('hears nothing of work that fails when it is too late', async () => {
    const { promise, reject } = Promise.withResolvers<string>();
    expect(await waitUntil(runtime, inSeconds(0), promise)).toEqual({ kind: 'late' });
    reject(new Error('too late'));
    await new Promise<void>((resolve) => setImmediate(resolve));
  });
});
