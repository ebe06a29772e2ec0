import { describe, expect, it } from '@jest/globals';
import { toJson } from '../../aws/drivers/snapshot.ts';
import { readLedger } from '../../aws/ledger.ts';
import { RECONCILED } from '../../aws/switchover/standing.ts';
import { toHandler } from '../../aws/step.ts';
import { openOn, reconcilePlan, returned } from './reconcile-bench.ts';
import { drillPlan, openBench, switchName } from './support.ts';
import type { Bench } from './support.ts';
import { sweep } from './sweep.ts';
import { forget, healthyBench, lockOf, moving, settledBench } from './switchover-bench.ts';

describe('OpenReconciliation refuses', () => {
  it.each<[string, object]>([
    ['a plan that is none', { plan: 'Orders' }],
    ['nobody who asks', { by: '' }],
    ['no reason', { reason: '' }],
    ['a reason that is too long', { reason: 'x'.repeat(1001) }],
    ['a field that nobody knows', { force: true }],
  ])('%s', async (_, change) => {
    const bench = await returned();
    const before = await lockOf(bench);
    await expect(openOn(bench, 7, change)).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect(await lockOf(bench)).toEqual(before);
  });
});

describe('OpenReconciliation declines, claims nothing, and says by which rule:', () => {
  const declines = async (bench: Bench, ruleId: string, change: object = {}): Promise<void> => {
    const before = await lockOf(bench);
    const result = await openOn(bench, 9, change);
    expect(result).toMatchObject({ outcome: 'decline', ruleId, incident: null, plan: null });
    expect(await lockOf(bench)).toEqual(before);
    const plan = 'plan' in change ? 'users' : 'orders';
    const ledger = await readLedger(bench.runtime, `declined#${plan}`);
    expect(ledger.map(({ what }) => what)).toContain(ruleId);
  };
  /** Deploys another plan after the failover. */
  const deploy = (bench: Bench, plan: object): Bench => {
    const runtime = { ...bench.runtime, loadPlans: () => Promise.resolve([plan]) };
    return {
      ...{ ...bench, runtime },
      run: async (step, input) => await toHandler(step, () => runtime)(input),
    };
  };

  it('no-such-plan', async () => {
    await declines(await returned(), 'no-such-plan', { plan: 'users' });
  });

  it('run-at-work, while a failover holds the plan', async () => {
    await declines(await openBench(reconcilePlan()), 'run-at-work');
  });

  it.each(['paused', ''])('paused, when the switch says "%s"', async (value) => {
    const bench = await returned();
    bench.world.parameters.set(switchName, value);
    await declines(bench, 'paused');
  });

  it('paused, when the switch cannot be read', async () => {
    const bench = await returned();
    bench.faults.always('rejected', 'GetParameter');
    await declines(bench, 'paused');
  });

  it('not-in-the-plan', async () => {
    const plan = drillPlan();
    delete plan.reconciliation;
    await declines(await returned(plan), 'not-in-the-plan');
  });

  it('nothing-promoted', async () => {
    await declines(healthyBench(), 'nothing-promoted');
  });

  it('promotion-unknown, when nothing is kept of what the failover fenced', async () => {
    const bench = await returned();
    forget(bench, 'watched');
    await declines(bench, 'promotion-unknown');
  });

  it('nothing-left-behind, after a switchover', async () => {
    const bench = await moving(await settledBench(), 'eu-west-1');
    await bench.store.snapshotOnce(bench.incident, 'watched', toJson(bench.input));
    await bench.store.recordPromotionIntent(bench.incident, 'orders');
    await bench.store.close(bench.incident, 'moved');
    await declines(bench, 'nothing-left-behind');
  });

  it('already-reconciled', async () => {
    const bench = await returned();
    await bench.store.snapshotOnce(bench.incident, RECONCILED, { by: 'olga' });
    await declines(bench, 'already-reconciled');
  });

  it('plan-changed, when the plan names another instance, another id, or one more', async () => {
    for (const change of [
      [{ source: 'other' }],
      [{ id: 'users' }],
      [{}, { id: 'users', source: 'users', replica: 'users-2' }],
    ]) {
      const bench = await returned();
      const [orders] = bench.plan.databases;
      const databases = change.map((each) => ({ ...orders, ...each }));
      await declines(deploy(bench, { ...bench.plan, databases }), 'plan-changed');
    }
  });

  it('service-is-elsewhere, when the standby is no writer, or cannot be asked', async () => {
    const bench = await returned();
    bench.faults.always('rejected', 'DescribeDBInstances');
    await declines(bench, 'service-is-elsewhere');
  });

  it('nothing, when the table is silent for a moment: the state tries again', async () => {
    const bench = await returned();
    bench.faults.inject('throttled', 1, 'DescribeDBInstances');
    bench.faults.inject('throttled', 6, 'GetItem');
    await expect(openOn(bench)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(await openOn(bench)).toMatchObject({ outcome: 'open' });
  });
});

describe('OpenReconciliation opens', () => {
  it('after the failover whose old primary is back, one epoch later', async () => {
    const bench = await returned();
    const { outcome, plan, incident } = await openOn(bench);
    expect([outcome, plan]).toEqual(['open', bench.plan]);
    expect(incident).toMatchObject({
      epoch: bench.incident.epoch + 1,
      planned: { by: 'olga', to: 'eu-central-1', after: bench.incident.id },
    });
    expect(await lockOf(bench)).toMatchObject({
      ...{ status: 'open', incidentId: incident?.id, promotedBy: bench.incident.id },
    });
  });

  it('although the old primary was acknowledged: that says nothing of its writes', async () => {
    const bench = await settledBench(reconcilePlan());
    forget(bench, RECONCILED);
    expect(await openOn(bench)).toMatchObject({ outcome: 'open' });
  });

  it('once, however often its execution asks', async () => {
    const bench = await returned();
    const first = await openOn(bench);
    await bench.clock.advance(30);
    expect(await openOn(bench)).toEqual({ ...first, why: 'Opened before.' });
  });

  it('one of two that are asked for at once', async () => {
    const bench = await returned();
    const both = await Promise.all([openOn(bench, 7), openOn(bench, 8)]);
    expect(both.map(({ ruleId }) => ruleId).toSorted()).toEqual(['open', 'run-at-work']);
  });

  it('not, once it was declined in an attempt that nobody heard', async () => {
    const bench = await returned();
    bench.world.parameters.set(switchName, 'paused');
    await openOn(bench);
    bench.world.parameters.set(switchName, 'running');
    expect(await openOn(bench)).toMatchObject({ outcome: 'decline' });
    expect(await lockOf(bench)).toMatchObject({ status: 'closed' });
  });

  it('the same whatever fails once', async () => {
    const kinds = ['request lost', 'reply lost', 'crash before', 'crash after'] as const;
    await sweep(
      async () => await returned(),
      async (bench) => {
        const { outcome } = await openOn(bench);
        if (outcome !== 'open') throw new Error('declined');
      },
      kinds,
    );
  }, 60_000);
});
