import { describe, expect, it } from '@jest/globals';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { readLedger } from '../../aws/ledger.ts';
import { openIncident } from '../../functions/open-incident.ts';
import {
  alarmEvent,
  createBench,
  drillPlan,
  executionArn,
  openBench,
  switchName,
} from './support.ts';
import { sweep } from './sweep.ts';
import { movingThere } from './switchover-bench.ts';

const input = (number = 1, event: unknown = alarmEvent()) => ({
  event,
  executionArn: executionArn(number),
});
const openLocks = (world: { items: Map<string, Record<string, unknown>> }) =>
  [...world.items].filter(([key, item]) => key.includes('|EXECUTION#') && 'incident' in item);

describe('OpenIncident declines', () => {
  it.each([
    ['an event that is not an alarm', { event: { source: 'aws.ec2' }, executionArn: 'arn' }],
    ['no event at all', { executionArn: 'arn' }],
    ['no execution', { event: alarmEvent() }],
    ['a field that nobody knows', { ...input(), dryRun: true }],
  ])('%s with an error, and changes nothing', async (_, malformed) => {
    const { run, world } = createBench();
    await expect(run(openIncident, malformed)).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect(world.items.size).toBe(0);
  });

  it.each([
    ['a switch that says paused', 'paused', 'It says "paused".'],
    ['a switch in other words', 'Running', 'It says "Running".'],
    ['a switch that is not there', undefined, 'Unreadable: ParameterNotFound: /failover/orders.'],
  ])('on %s', async (_, value, words) => {
    const { run, world } = createBench();
    if (value === undefined) world.parameters.delete(switchName);
    else world.parameters.set(switchName, value);
    const triage = await run(openIncident, input());
    expect(triage).toMatchObject({ outcome: 'declineAndTell', ruleId: 'paused', incident: null });
    expect(triage.why).toContain(words);
  });

  it('on a switch that cannot be read', async () => {
    const { run, faults } = createBench();
    for (const read of [1, 2, 3]) faults.inject('throttled', read, 'GetParameter');
    const triage = await run(openIncident, input());
    expect(triage).toMatchObject({ ruleId: 'paused' });
    expect(triage.why).toContain('ThrottlingException');
  });

  it('not on a switch that could be read at the second try', async () => {
    const { run, faults } = createBench();
    faults.inject('throttled', 1, 'GetParameter');
    expect(await run(openIncident, input())).toMatchObject({ ruleId: 'open' });
  });

  it.each([
    ['an alarm of no plan', {}, 'alarm-without-plan', 'decline'],
    ['a change to OK', { value: 'OK' }, 'alarm-not-in-alarm', 'decline'],
    [
      'an alarm of yesterday',
      { timestamp: '2026-10-01T17:04:45Z' },
      'alarm-stale',
      'declineAndTell',
    ],
  ])('on %s, and records it', async (_, state, ruleId, outcome) => {
    const { run, world, runtime } = createBench();
    const isForeign = ruleId === 'alarm-without-plan';
    const event = { ...alarmEvent(state), ...(isForeign ? { resources: ['arn:aws:x'] } : {}) };
    expect(await run(openIncident, input(1, event))).toMatchObject({ outcome, ruleId });
    expect(openLocks(world)).toHaveLength(0);
    const plan = isForeign ? 'no-plan' : 'orders';
    const [entry] = await readLedger(runtime, `declined#${plan}`);
    expect(entry).toMatchObject({ what: ruleId, entry: { executionArn: executionArn(1) } });
  });

  it('with a reason that names the alarm and its time, the same however late it is tried', async () => {
    const { run, world, clock } = createBench();
    world.parameters.set(switchName, 'paused');
    const first = await run(openIncident, input());
    expect(first.why).toMatch(/ Alarm orders-primary-down of 2026-10-02T17:04:45.000Z\.$/);
    await clock.advance(30);
    expect((await run(openIncident, input())).why).toBe(first.why);
    const next = alarmEvent({ timestamp: clock.now().toISOString() });
    expect((await run(openIncident, input(2, next))).why).not.toBe(first.why);
  });

  it('and forbids its own claim: one that was sent before must not land any more', async () => {
    const { run, world, runtime, clock } = createBench();
    const { incident } = await openBench();
    world.parameters.set(switchName, 'paused');
    await run(openIncident, input());
    const late = { ...incident, executionArn: executionArn(1) };
    const expiresAt = new Date(clock.now().getTime() + 3_600_000).toISOString();
    expect(await createIncidentStore(runtime).claim(late, undefined, expiresAt)).toBe(false);
    expect(openLocks(world)).toHaveLength(0);
  });

  it('on a second alarm while an incident is open', async () => {
    const { run, incident } = await openBench();
    const triage = await run(openIncident, input(2));
    expect(triage).toMatchObject({ outcome: 'decline', ruleId: 'duplicate', incident: null });
    expect(triage.why).toContain(incident.id);
  });

  it('on an alarm while a planned switchover waits for its approval, and people are told', async () => {
    const bench = await movingThere(drillPlan());
    const triage = await bench.run(openIncident, input(2));
    const ruleId = 'held-by-a-planned-run';
    expect(triage).toMatchObject({ outcome: 'declineAndTell', ruleId, incident: null });
    expect(triage.why).toContain(`It is ${bench.incident.id};`);
    expect(triage.why).toContain('failover reject');
  });

  it('on an alarm of the Region that a switchover has left, without telling anybody', async () => {
    const { run, runtime, incident } = await movingThere(drillPlan());
    await createIncidentStore(runtime).recordPromotionIntent(incident, 'orders');
    const triage = await run(openIncident, input(2));
    expect(triage).toMatchObject({ outcome: 'decline', ruleId: 'duplicate' });
  });

  it('as a duplicate again where a failover follows a planned run', async () => {
    const { run, runtime, incident } = await movingThere(drillPlan());
    await createIncidentStore(runtime).close(incident, 'rejected');
    expect(await run(openIncident, input(2))).toMatchObject({ outcome: 'open' });
    expect(await run(openIncident, input(3))).toMatchObject({ ruleId: 'duplicate' });
  });

  it('on an alarm after a promotion, until a human acknowledges', async () => {
    const { run, runtime, incident } = await openBench();
    const store = createIncidentStore(runtime);
    await store.recordPromotionIntent(incident, 'orders');
    await store.close(incident, 'recovered');
    expect(await run(openIncident, input(2))).toMatchObject({ ruleId: 'cooling-down' });
  });
});

describe('OpenIncident opens', () => {
  it('one incident of five alarms at once', async () => {
    const { run, world } = createBench();
    const numbers = [1, 2, 3, 4, 5];
    const triages = await Promise.all(numbers.map((each) => run(openIncident, input(each))));
    const opened = triages.filter(({ outcome }) => outcome === 'open');
    const declined = triages.filter(({ ruleId }) => ruleId === 'duplicate');
    expect([opened.length, declined.length]).toEqual([1, 4]);
    expect(openLocks(world)).toHaveLength(1);
  });

  it('the incident that it opened before, when it is called again', async () => {
    const { run, incident, world } = await openBench();
    const again = await run(openIncident, input());
    expect(again).toMatchObject({ outcome: 'open', incident });
    expect(openLocks(world)).toHaveLength(1);
  });

  it('the incident that its own late twin claimed meanwhile', async () => {
    const { run } = createBench();
    const twins = await Promise.all([run(openIncident, input()), run(openIncident, input())]);
    expect(twins.map(({ outcome }) => outcome)).toEqual(['open', 'open']);
    expect(twins[0].incident).toEqual(twins[1].incident);
  });

  it('a new epoch over the lock of a run that died', async () => {
    const { run, clock, incident } = await openBench();
    await clock.advance(29 * 3600);
    const late = alarmEvent({ timestamp: clock.now().toISOString() });
    const triage = await run(openIncident, input(2, late));
    expect(triage).toMatchObject({ outcome: 'open', incident: { epoch: incident.epoch + 1 } });
  });

  it('and tells the ledger once, also after a crash in between', async () => {
    for (const nth of [1, 2]) {
      const { run, faults, runtime } = createBench();
      faults.inject(nth === 1 ? 'crash before' : 'crash after', 1, 'PutItem');
      await expect(run(openIncident, input())).rejects.toMatchObject({ name: 'Crash' });
      faults.revive();
      const { incident } = await run(openIncident, input());
      const entries = await readLedger(runtime, incident?.id ?? '');
      expect(entries.map(({ what }) => what)).toEqual(['opened']);
    }
  });

  it('and leaves the same world whatever fails once', async () => {
    const kinds = ['request lost', 'reply lost', 'crash before', 'crash after'] as const;
    const prepare = async () => createBench();
    const open = async (bench: ReturnType<typeof createBench>) => {
      const { outcome } = await bench.run(openIncident, input());
      // An unreadable switch declines: the refusal is not what is compared here.
      if (outcome !== 'open') throw new Error('declined');
    };
    await sweep(prepare, open, kinds);
  });
});
