import { describe, expect, it } from '@jest/globals';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { readLedger } from '../../aws/ledger.ts';
import { openBench, switchName } from './support.ts';
import type { Bench } from './support.ts';
import { sweep } from './sweep.ts';
import {
  afterFailover,
  askFor as open,
  forget,
  healthyBench,
  lockOf,
  moving,
  PRIMARY,
  settledBench,
  STANDBY,
} from './switchover-bench.ts';

describe('OpenSwitchover declines, claims nothing, and says by which rule:', () => {
  const declines = async (bench: Bench, to: string, ruleId: string): Promise<void> => {
    const before = await lockOf(bench);
    const result = await open(bench, to);
    expect(result).toMatchObject({ outcome: 'decline', ruleId, incident: null });
    expect(await lockOf(bench)).toEqual(before);
    const ledger = await readLedger(bench.runtime, 'declined#orders');
    expect(ledger.map(({ what }) => what)).toContain(ruleId);
  };

  it('run-at-work, while a failover holds the plan', async () => {
    await declines(await openBench(), STANDBY, 'run-at-work');
  });

  it.each(['paused', 'RUNNING', ''])('paused, when the switch says "%s"', async (value) => {
    const bench = healthyBench();
    bench.world.parameters.set(switchName, value);
    await declines(bench, STANDBY, 'paused');
  });

  it('paused, when the switch cannot be read', async () => {
    const bench = healthyBench();
    bench.faults.always('rejected', 'GetParameter');
    await declines(bench, STANDBY, 'paused');
  });

  it('already-there, to where the service is', async () => {
    await declines(healthyBench(), PRIMARY, 'already-there');
    await declines(await settledBench(), STANDBY, 'already-there');
  });

  it('not-acknowledged, after a failover', async () => {
    await declines(await afterFailover(), PRIMARY, 'not-acknowledged');
  });

  it('reconciliation-open, while the writes of a failover are not accounted for', async () => {
    const bench = await settledBench();
    forget(bench, 'reconciled');
    await declines(bench, PRIMARY, 'reconciliation-open');
  });

  it('reconciliation-open, although an earlier failover is accounted for', async () => {
    const bench = await settledBench();
    await bench.store.snapshotOnce({ id: 'orders-before' }, 'reconciled', { by: 'olga' });
    forget(bench, 'reconciled');
    await declines(bench, PRIMARY, 'reconciliation-open');
  });

  it('source-is-no-writer, when the Region that is left is dead', async () => {
    const bench = healthyBench();
    bench.world.unreachable.add(PRIMARY);
    await declines(bench, STANDBY, 'source-is-no-writer');
  });

  it('source-is-no-writer, when its database became a replica by hand', async () => {
    const bench = await settledBench();
    const database = bench.world.databases.get(`${STANDBY}/orders-standby`);
    if (database === undefined) throw new Error('no standby');
    database.sourceId = 'arn:aws:rds:eu-west-1:111122223333:db:orders-primary';
    await declines(bench, PRIMARY, 'source-is-no-writer');
  });

  it('writer-unknown, when a promotion is known and nothing of where it led', async () => {
    const bench = await settledBench();
    forget(bench, 'watched');
    await declines(bench, PRIMARY, 'writer-unknown');
  });
});

describe('OpenSwitchover opens', () => {
  it('to the standby Region, with the plan as it is', async () => {
    const bench = healthyBench();
    const { outcome, plan, incident } = await open(bench, STANDBY);
    expect(outcome).toBe('open');
    expect(plan).toEqual(bench.plan);
    expect(incident).toMatchObject({ epoch: 1, planned: { by: 'olga', to: STANDBY } });
    expect(incident?.planned).not.toHaveProperty('after');
    expect(await lockOf(bench)).toMatchObject({ status: 'open', incidentId: incident?.id });
  });

  it('to the primary Region, with the plan reversed, after the last promotion', async () => {
    const bench = await settledBench();
    const { plan, incident } = await open(bench, PRIMARY);
    expect(plan?.regions).toEqual({ primary: STANDBY, standby: PRIMARY });
    expect(plan?.databases[0]).toMatchObject({
      source: 'orders-standby',
      replica: 'orders-primary',
    });
    expect(incident).toMatchObject({ epoch: 2, planned: { after: bench.incident.id } });
    expect(incident?.alarmReason).toBe('olga asked for it: a test');
  });

  it('keeps that an older undo may still be under way', async () => {
    const bench = await openBench();
    bench.world.unreachable.clear();
    bench.facts.primaryIsUp = true;
    const settlesAt = '2026-10-02T17:09:45.000Z';
    await createIncidentStore(bench.runtime).close(bench.incident, 'stoodDown', settlesAt);
    expect((await moving(bench, STANDBY)).incident).toMatchObject({ settlesAt });
  });

  it('once, however often its execution asks', async () => {
    const bench = healthyBench();
    const first = await open(bench, STANDBY);
    await bench.clock.advance(30);
    const again = await open(bench, STANDBY);
    expect(again).toEqual({ ...first, why: 'Opened before.' });
  });

  it('one of two that are asked for at once', async () => {
    const bench = healthyBench();
    const both = await Promise.all([open(bench, STANDBY, {}, 7), open(bench, STANDBY, {}, 8)]);
    const rules = both.map(({ ruleId }) => ruleId).toSorted();
    expect(rules).toEqual(['open', 'run-at-work']);
  });

  it('not, once it was declined in an attempt that nobody heard', async () => {
    const bench = healthyBench();
    bench.world.parameters.set(switchName, 'paused');
    await open(bench, STANDBY);
    bench.world.parameters.set(switchName, 'running');
    expect(await open(bench, STANDBY)).toMatchObject({ outcome: 'decline' });
    expect(await lockOf(bench)).toBeUndefined();
  });

  it('the same whatever fails once', async () => {
    const kinds = [
      'throttled',
      'request lost',
      'reply lost',
      'crash before',
      'crash after',
    ] as const;
    await sweep(
      async () => await settledBench(),
      async (bench) => {
        const { outcome } = await open(bench, PRIMARY);
        if (outcome !== 'open') throw new Error('declined');
      },
      kinds,
    );
  });
});
