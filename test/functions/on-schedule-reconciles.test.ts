import { describe, expect, it } from '@jest/globals';
import { acknowledgePromotion } from '../../aws/acknowledge.ts';
import type { Plan } from '../../aws/plan.ts';
import { RECONCILED } from '../../aws/switchover/standing.ts';
import { openReconciliation } from '../../functions/open-reconciliation.ts';
import { onSchedule } from '../../functions/on-schedule.ts';
import { toHandler } from '../../aws/step.ts';
import { reconcilePlan } from './reconcile-bench.ts';
import { setKillSwitch } from '../../aws/kill-switch.ts';
import { executionArn } from './support.ts';
import { failedOver } from './watch-bench.ts';
import { faultKinds } from './faults.ts';

const MACHINE = 'arn:aws:states:eu-central-1:111122223333:stateMachine:s-reconcile';
const automatic = reconcilePlan({ start: 'automatic' });

/** A failover, and a watch that can start what comes after it. */
async function prepare(plan: Plan = automatic) {
  const bench = await failedOver({ plan });
  // The watch tries once in a quarter of an hour: each test begins with one.
  await bench.clock.advance(900 - ((bench.clock.now().getTime() / 1000) % 900));
  const started: { readonly arn: string; readonly name: string; readonly input: unknown }[] = [];
  const ended: { output?: string } = {};
  bench.world.startExecution = (arn, input, name) => {
    if (!started.some((each) => each.name === name)) started.push({ arn, name, input });
    return {
      arn: `${arn.replace(':stateMachine:', ':execution:')}:${name}`,
      status: () => (ended.output === undefined ? 'RUNNING' : 'SUCCEEDED'),
    };
  };
  bench.world.describeExecution = () => ({
    ...{ status: ended.output === undefined ? 'RUNNING' : 'SUCCEEDED', ...ended },
  });
  const environment = { ...bench.runtime.environment, reconciliation: MACHINE };
  const runtime = { ...bench.runtime, environment };
  const watch = async () => (await toHandler(onSchedule, () => runtime)({ time: 'now' })).plans[0];
  const minutes = async (count: number): Promise<void> => {
    for (let minute = 0; minute < count; minute += 1) {
      await bench.clock.advance(60);
      await watch().catch(() => undefined);
      bench.faults.revive();
    }
  };
  /** What the state OpenReconciliation does. */
  const open = async (number: number) =>
    await toHandler(
      openReconciliation,
      () => runtime,
    )({
      request: { plan: 'orders', by: 'the watch', reason: 'a test' },
      executionArn: executionArn(number),
    });
  return { ...bench, runtime, started, ended, watch, minutes, open };
}

const names = ({ started }: Awaited<ReturnType<typeof prepare>>): string[] =>
  [...new Set(started.map(({ name }) => name))].toSorted();

describe('OnSchedule starts no reconciliation', () => {
  it.each<[string, Plan]>([
    ['leaves it to people', reconcilePlan()],
    [
      'says nothing of it',
      (({ reconciliation, ...plan }) => {
        if (reconciliation === undefined) throw new Error('no section');
        return plan;
      })(reconcilePlan()),
    ],
  ])('where the plan %s', async (_, plan) => {
    const bench = await prepare(plan);
    bench.comesBack();
    await bench.minutes(6);
    expect(bench.started).toEqual([]);
    expect(await bench.watch()).toMatchObject({ ruleId: 'nothing-left' });
  });

  it('while the Region is gone, the fence is not up, or the snapshot is not there', async () => {
    const bench = await prepare();
    await bench.minutes(2);
    bench.comesBack();
    bench.faults.inject('rejected', 1, 'RevokeSecurityGroupIngress');
    await bench.minutes(1);
    expect(bench.started).toEqual([]);
    await bench.minutes(1);
    expect([bench.started, bench.ingress()]).toEqual([[], []]);
  });

  it('once the promotion is acknowledged, the writes are accounted for, or it is paused', async () => {
    const acknowledged = await prepare();
    await acknowledged.clock.advance(1);
    await acknowledgePromotion(acknowledged.runtime, 'orders');
    const reconciled = await prepare();
    await reconciled.store.snapshotOnce(reconciled.incident, RECONCILED, { by: 'olga' });
    const paused = await prepare();
    await setKillSwitch(paused.runtime, 'orders', 'paused');
    for (const bench of [acknowledged, reconciled, paused]) {
      bench.comesBack();
      await bench.minutes(6);
      expect(bench.started).toEqual([]);
    }
  });

  it('of what is lost: people were told, and there is nothing to compare', async () => {
    const bench = await prepare();
    bench.comesBack();
    const old = bench.world.databases.get('eu-west-1/orders-primary');
    if (old === undefined) throw new Error('no old primary');
    old.sourceId = 'arn:aws:rds:eu-central-1:111122223333:db:orders-standby';
    await bench.minutes(6);
    expect(bench.subjects().join('\n')).toContain('NOT KEPT');
    expect(bench.started).toEqual([]);
    expect(await bench.watch()).toMatchObject({ ruleId: 'nothing-left' });
  });
});

describe('OnSchedule starts a reconciliation', () => {
  it('once the old primary is fenced and kept, and never again once one has begun', async () => {
    const bench = await prepare();
    bench.comesBack();
    await bench.minutes(5);
    expect(bench.started).toEqual([
      {
        arn: MACHINE,
        name: expect.stringMatching(`^return-${bench.incident.id}-\\d+$`),
        input: {
          ...{ plan: 'orders', by: 'the watch' },
          reason: `The old primary of ${bench.incident.id} is back, fenced and kept.`,
        },
      },
    ]);
    const { incident } = await bench.open(2);
    expect(await bench.watch()).toMatchObject({ ruleId: 'run-at-work' });
    if (incident === null) throw new Error('Nothing was opened.');
    await bench.store.close(incident, 'rejected');
    await bench.minutes(40);
    expect(bench.started).toHaveLength(1);
    expect(await bench.watch()).toMatchObject({ ruleId: 'nothing-left' });
  });

  it('again every quarter of an hour if it was declined, and tells people once why', async () => {
    const bench = await prepare();
    bench.comesBack();
    await bench.minutes(3);
    const told = bench.subjects().length;
    bench.ended.output = JSON.stringify({ outcome: 'declined', why: 'RDS did not answer.' });
    await bench.minutes(32);
    expect(bench.started).toHaveLength(3);
    const news = bench.subjects().slice(told);
    expect(new Set(news)).toEqual(
      new Set([`[orders] No reconciliation has begun (${bench.incident.id})`]),
    );
    // Over both channels.
    expect(news).toHaveLength(2);
    expect(JSON.stringify(bench.world.deliveries.at(-1))).toContain('RDS did not answer.');
  });

  it('under one name with one input, whatever fails once: Step Functions starts one', async () => {
    const clean = await prepare();
    clean.comesBack();
    await clean.minutes(2);
    const before = clean.faults.calls.length;
    await clean.minutes(2);
    const calls = clean.faults.calls.length - before;
    expect(calls).toBeGreaterThan(10);
    for (const kind of faultKinds) {
      for (let nth = 1; nth <= calls; nth += 1) {
        const bench = await prepare();
        bench.comesBack();
        await bench.minutes(2);
        bench.faults.inject(kind, nth);
        await bench.minutes(8);
        const inputs = new Set(bench.started.map(({ input }) => JSON.stringify(input)));
        const found = { kind, nth, names: names(bench).length, inputs: inputs.size };
        expect(found).toEqual({ kind, nth, names: 1, inputs: 1 });
      }
    }
  }, 120_000);
});
