import { beforeEach, describe, expect, it } from '@jest/globals';
import { castVote } from '../../aws/approvals/cast-vote.ts';
import { openRequest, readRequest } from '../../aws/approvals/request-store.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { fencePrimary } from '../../functions/fence-primary.ts';
import { standDown } from '../../functions/stand-down.ts';
import { warmUpCompute } from '../../functions/warm-up-compute.ts';
import { brief, digest, olga, origin, sampleRequest } from '../approval-samples.ts';
import { openBench, takeOver } from './support.ts';
import { sweep } from './sweep.ts';

const group = 'sg-0123456789abcdef0';
const marker = 'orders-failover-markers/orders/standby-takes-over';

async function prepare() {
  const bench = await openBench();
  bench.world.unreachable.clear();
  const { plan, incident } = bench;
  const fleet = bench.world.fleets.get('group/orders-web');
  const fence = { plan, incident, approvedByHuman: false, brief, afterPromotion: false };
  const warmUp = { plan, incident, compute: plan.compute[0] };
  return { ...bench, fleet, fence, warmUp, input: { plan, incident } };
}

/** Everything that is changed before the point of no return has been changed. */
async function prepareChanged() {
  const bench = await prepare();
  await bench.run(warmUpCompute, bench.warmUp);
  await bench.run(fencePrimary, bench.fence);
  return bench;
}

let bench: Awaited<ReturnType<typeof prepareChanged>>;
beforeEach(async () => {
  bench = await prepareChanged();
});

describe('StandDown refuses', () => {
  it('malformed input', async () => {
    await expect(bench.run(standDown, { plan: bench.plan })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
  });

  it('once a promotion was asked for, even if nothing shows it yet', async () => {
    await createIncidentStore(bench.runtime).recordPromotionIntent(bench.incident, 'orders');
    await expect(bench.run(standDown, bench.input)).rejects.toThrow(
      /Promotion of orders was asked for at .*: only forward/,
    );
    expect(bench.world.ingress.get(group)).toEqual([]);
    expect(bench.fleet).toMatchObject({ desired: 2 });
  });

  it('when it cannot tell whether a promotion was asked for', async () => {
    bench.faults.inject('throttled', 1, 'UpdateItem');
    await expect(bench.run(standDown, bench.input)).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
    expect(bench.world.ingress.get(group)).toEqual([]);
  });

  it('when another incident holds the lock: its fence would be taken away', async () => {
    await takeOver(bench, bench.incident);
    await expect(bench.run(standDown, bench.input)).rejects.toMatchObject({
      name: 'StaleEpochError',
    });
    expect(bench.world.ingress.get(group)).toEqual([]);
    expect(bench.world.objects.has(marker)).toBe(true);
    expect(bench.fleet).toMatchObject({ desired: 2 });
  });
});

describe('A question that is open when it stands down', () => {
  const incidentOf = () => bench.incident.id;
  const read = async () => await readRequest(bench.runtime, incidentOf());
  beforeEach(async () => {
    await openRequest(bench.runtime, sampleRequest({ incidentId: incidentOf() }));
  });

  it('stays open where it may not stand down', async () => {
    await takeOver(bench, bench.incident);
    await expect(bench.run(standDown, bench.input)).rejects.toThrow();
    expect((await read())?.decision).toBeUndefined();
  });

  it.each([
    ['cannot be closed for good', 'rejected', 'question: AccessDeniedException'],
    ['cannot be closed now', 'throttled', 'question: UnreachableError: Closing the question'],
  ] as const)('keeps nothing from being put back when it %s', async (_, kind, words) => {
    bench.faults.inject(kind, 1, 'TransactWriteItems');
    const why = await bench.run(standDown, bench.input).then(
      ({ leftovers }) => leftovers.join(),
      (error: unknown) => String(error),
    );
    expect(why).toContain(words);
    expect(bench.world.objects.has(marker)).toBe(false);
    expect(bench.fleet).toMatchObject({ desired: 1 });
    expect(await bench.run(standDown, bench.input)).toMatchObject({ complete: true });
    expect((await read())?.decision).toMatchObject({ decision: 'expired' });
  });

  it('takes no yes any more, and says since when', async () => {
    await bench.run(standDown, bench.input);
    const yes = { decision: 'approved', reason: '', evidenceDigest: digest, origin } as const;
    const ballot = { incidentId: incidentOf(), voter: { name: olga.name }, ...yes };
    const count = await castVote(bench.runtime, ballot);
    expect(count).toMatchObject({ outcome: 'refused', ruleId: 'decided' });
    expect(count.why).toContain('expired by the end of the run');
  });

  it('is closed once, however often it stands down', async () => {
    await bench.run(standDown, bench.input);
    const first = await read();
    await bench.clock.advance(5);
    await bench.run(standDown, bench.input);
    expect(await read()).toEqual(first);
  });
});

describe('StandDown names', () => {
  it('what could not be undone for good, and undoes the rest', async () => {
    bench.world.ingress.delete(group);
    const undo = await bench.run(standDown, bench.input);
    expect(undo).toMatchObject({ complete: false, undone: ['fence dns', 'warm-up of web'] });
    expect(undo.leftovers).toEqual([expect.stringMatching(/^fence database: InvalidGroup/)]);
    expect(undo.why).toMatch(/^Left as it is: fence database/);
    expect(bench.world.objects.has(marker)).toBe(false);
    expect(bench.fleet).toMatchObject({ desired: 1 });
  });

  it('what may pass, as an error: the state machine tries again', async () => {
    bench.faults.inject('throttled', 1, 'AuthorizeSecurityGroupIngress');
    await expect(bench.run(standDown, bench.input)).rejects.toMatchObject({
      name: 'UnreachableError',
      message: expect.stringContaining('fence database: '),
    });
    expect(bench.fleet).toMatchObject({ desired: 1 });
    expect(await bench.run(standDown, bench.input)).toMatchObject({ complete: true });
    expect(bench.world.ingress.get(group)).toHaveLength(1);
  });

  it('nothing, when nothing had been changed', async () => {
    const fresh = await prepare();
    const undo = await fresh.run(standDown, fresh.input);
    expect(undo).toMatchObject({ complete: true, undone: [], leftovers: [] });
    expect(undo.why).toBe('Put back: nothing had been changed.');
    expect(fresh.faults.count('DescribeAutoScalingGroups')).toBe(0);
  });
});

describe('StandDown undoes', () => {
  it('everything, the fences first', async () => {
    const undo = await bench.run(standDown, bench.input);
    expect(undo.undone).toEqual(['fence database', 'fence dns', 'warm-up of web']);
    expect(bench.world.ingress.get(group)).toMatchObject([{ CidrIpv4: '10.0.0.0/16' }]);
    expect(bench.facts.primaryIsFenced).toBe(false);
    expect(bench.world.objects.has(marker)).toBe(false);
    expect(bench.fleet).toMatchObject({ min: 1, desired: 1, max: 2 });
  });

  it.each(['crash after', 'reply lost'] as const)(
    'a fence that only may have happened: %s',
    async (kind) => {
      const half = await prepare();
      half.faults.inject(kind, 1, 'RevokeSecurityGroupIngress');
      await half.run(fencePrimary, half.fence).catch(() => undefined);
      half.faults.revive();
      expect(half.world.ingress.get(group)).toEqual([]);
      await half.run(standDown, half.input);
      expect(half.world.ingress.get(group)).toHaveLength(1);
    },
  );

  it('a warm-up that only may have happened', async () => {
    const half = await prepare();
    half.faults.inject('crash after', 1, 'UpdateAutoScalingGroup');
    await half.run(warmUpCompute, half.warmUp).catch(() => undefined);
    half.faults.revive();
    await half.run(standDown, half.input);
    expect(half.fleet).toMatchObject({ desired: 1 });
  });

  it('the same whatever fails once', async () => {
    const kinds = [
      'throttled',
      'request lost',
      'reply lost',
      'crash before',
      'crash after',
    ] as const;
    await sweep(prepareChanged, (each) => each.run(standDown, each.input), kinds);
  });
});
