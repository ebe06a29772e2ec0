import { describe, expect, it } from '@jest/globals';
import { readLedger } from '../../aws/ledger.ts';
import { fencePrimary } from '../../functions/fence-primary.ts';
import { liftFence } from '../../functions/lift-fence.ts';
import { brief } from '../approval-samples.ts';
import { takeOver } from './support.ts';
import { sweep } from './sweep.ts';
import {
  forget,
  moving,
  movingHome,
  movingThere,
  PRIMARY,
  settledBench,
} from './switchover-bench.ts';

const group = 'sg-0123456789abcdef0';
const otherGroup = 'sg-0fedcba9876543210';

describe('LiftFence refuses', () => {
  it('malformed input', async () => {
    const bench = await movingHome();
    const refused = bench.run(liftFence, { plan: bench.plan });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
  });

  it('when another incident holds the lock, and opens nothing', async () => {
    const bench = await movingHome();
    await takeOver(bench, bench.incident);
    await expect(bench.run(liftFence, bench.input)).rejects.toMatchObject({
      name: 'StaleEpochError',
    });
    expect(bench.world.ingress.get(group)).toEqual([]);
  });

  it('to go on as if it were open, when the Region does not answer', async () => {
    const bench = await movingHome();
    bench.world.unreachable.add(PRIMARY);
    await expect(bench.run(liftFence, bench.input)).rejects.toMatchObject({
      name: 'UnreachableError',
    });
  });
});

describe('LiftFence leaves', () => {
  it('everything, where there was no promotion', async () => {
    const bench = await movingThere();
    const result = await bench.run(liftFence, bench.input);
    expect(result).toMatchObject({ lifted: [], why: 'There is no fence to lift.' });
    expect(bench.faults.count('AuthorizeSecurityGroupIngress')).toBe(0);
  });

  it('what was not fenced then', async () => {
    const settled = await settledBench();
    forget(settled, 'fence#database');
    const bench = await moving(settled, PRIMARY);
    expect(await bench.run(liftFence, bench.input)).toMatchObject({ lifted: [] });
    expect(bench.faults.count('AuthorizeSecurityGroupIngress')).toBe(0);
  });

  it('traffic where it is: the fence at the edge is not taken away', async () => {
    const bench = await movingHome();
    const objects = [...bench.world.objects.keys()];
    expect(objects).toHaveLength(1);
    await bench.run(liftFence, bench.input);
    expect([...bench.world.objects.keys()]).toEqual(objects);
    expect(bench.faults.count('DeleteObject')).toBe(0);
  });

  it('the fence of another Region than the one that takes over', async () => {
    const bench = await movingHome();
    const { plan, incident } = bench;
    const hold = { plan, incident, approvedByHuman: true, brief, afterPromotion: false };
    await bench.run(fencePrimary, hold);
    expect(bench.world.back.ingress.get(otherGroup)).toEqual([]);
    await bench.run(liftFence, bench.input);
    expect(bench.world.back.ingress.get(otherGroup)).toEqual([]);
    // A plan that goes the other way than the promotion did asks for nothing that this may open.
    const { regions } = plan;
    const there = { primary: regions.standby, standby: regions.primary };
    const wrong = { incident, plan: { ...plan, regions: there } };
    expect(await bench.run(liftFence, wrong)).toMatchObject({ lifted: [] });
  });
});

describe('LiftFence opens', () => {
  it('what the failover shut, as it was before', async () => {
    const bench = await movingHome();
    expect(bench.world.ingress.get(group)).toEqual([]);
    const result = await bench.run(liftFence, bench.input);
    expect(result).toMatchObject({ lifted: ['database'], why: 'Lifted: database.' });
    expect(bench.world.ingress.get(group)).toMatchObject([{ CidrIpv4: '10.0.0.0/16' }]);
    expect(bench.facts.primaryIsFenced).toBe(false);
    const ledger = await readLedger(bench.runtime, bench.incident.id);
    expect(ledger.map(({ what }) => what)).toContain('fence-lifted');
  });

  it('the same when it is called again', async () => {
    const bench = await movingHome();
    await bench.run(liftFence, bench.input);
    const open = structuredClone(bench.world.ingress.get(group));
    await bench.run(liftFence, bench.input);
    expect(bench.world.ingress.get(group)).toEqual(open);
  });

  it('the same whatever fails once', async () => {
    await sweep(movingHome, (bench) => bench.run(liftFence, bench.input));
  });
});
