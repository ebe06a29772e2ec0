import { describe, expect, it } from '@jest/globals';
import { readLedger } from '../../aws/ledger.ts';
import type { Plan } from '../../aws/plan.ts';
import { NetworkError } from '../../core/network.ts';
import { drillPlan } from './support.ts';
import { askFor as open, healthyBench, lockOf, PRIMARY, STANDBY } from './switchover-bench.ts';

describe('OpenSwitchover refuses', () => {
  it.each<[string, object]>([
    ['a Region that is none', { to: 'Frankfurt' }],
    ['nobody who asks', { by: '' }],
    ['no reason', { reason: '' }],
    ['an action that nobody knows', { action: 'delete' }],
    ['a field that nobody knows', { force: true }],
  ])('%s', async (_, change) => {
    const bench = healthyBench();
    await expect(open(bench, STANDBY, change)).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
    expect(await lockOf(bench)).toBeUndefined();
  });
});

describe('OpenSwitchover declines what is asked for in the wrong place, and wakes nobody:', () => {
  it.each<[string, string, object, string]>([
    [
      'a plan that is not deployed',
      'plan-not-deployed',
      { plan: 'users' },
      'deployed are: orders.',
    ],
    ['a Region that is none of the plan', 'region-of-no-side', { to: 'us-east-1' }, 'us-east-1'],
  ])('%s', async (_, ruleId, change, words) => {
    const bench = healthyBench();
    const result = await open(bench, STANDBY, change);
    expect(result).toMatchObject({ outcome: 'decline', ruleId, plan: null, incident: null });
    expect(result.why).toContain(words);
    expect(await lockOf(bench)).toBeUndefined();
    const [entry] = await readLedger(bench.runtime, 'declined#no-plan');
    expect(entry).toMatchObject({ what: ruleId, entry: { by: 'olga' } });
  });

  const withoutWayBack = (): Plan => {
    const plan = drillPlan();
    delete plan.failback;
    return plan;
  };

  it.each([STANDBY, PRIMARY])('a plan without a way back, to %s', async (to) => {
    const bench = healthyBench(withoutWayBack());
    expect(await open(bench, to)).toMatchObject({ outcome: 'decline', ruleId: 'no-way-back' });
    expect(await lockOf(bench)).toBeUndefined();
  });

  it('but not once its own attempt has opened it: then a human has to look', async () => {
    const bench = healthyBench();
    await open(bench, STANDBY);
    Object.assign(bench.runtime, { loadPlans: () => Promise.resolve([withoutWayBack()]) });
    await expect(open(bench, STANDBY)).rejects.toThrow('was opened, and then: The plan has no');
  });
});

describe('OpenSwitchover asks where clients are sent: it', () => {
  const declined = { outcome: 'decline', ruleId: 'clients-are-there', incident: null };

  it('declines when the name leads to the Region that takes over', async () => {
    const bench = healthyBench();
    const marker = bench.plan.traffic[0];
    if (marker?.kind !== 'healthCheckMarker') throw new Error('no marker');
    bench.world.routing.setMarker(marker.bucket, marker.key, true);
    await bench.clock.advance(90);
    expect(await open(bench, STANDBY)).toMatchObject(declined);
  });

  it('declines when nobody knows where the name leads', async () => {
    const bench = healthyBench();
    const lost = () => Promise.reject(new NetworkError('ENOTFOUND', 'not found'));
    Object.assign(bench.runtime, { network: { ...bench.runtime.network, resolve: lost } });
    expect(await open(bench, STANDBY)).toMatchObject(declined);
  });

  it('opens where both sides are behind one front, whose address says nothing', async () => {
    const bench = healthyBench();
    const resolve = () => Promise.resolve(['203.0.113.80']);
    Object.assign(bench.runtime, { network: { ...bench.runtime.network, resolve } });
    expect(await open(bench, STANDBY)).toMatchObject({ outcome: 'open' });
  });

  it('opens where the name could be resolved at the second try', async () => {
    const bench = healthyBench();
    const { network } = bench.runtime;
    let looks = 0;
    const resolve: typeof network.resolve = async (name, type) => {
      looks += 1;
      if (looks === 1) throw new NetworkError('EAI_AGAIN', 'try again');
      return await network.resolve(name, type);
    };
    Object.assign(bench.runtime, { network: { ...network, resolve } });
    expect(await open(bench, STANDBY)).toMatchObject({ outcome: 'open' });
  });
});
