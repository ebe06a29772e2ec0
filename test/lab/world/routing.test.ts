import { describe, expect, it } from '@jest/globals';
import type { Plan, Traffic } from '../../../aws/plan.ts';
import { createVirtualClock } from '../../../lab/clock.ts';
import type { LabRecord } from '../../../lab/world/routing.ts';
import { addresses, createRouting, fixedNames } from '../../../lab/world/routing.ts';
import { drillPlanFile, planOf, shopPlanFile } from '../virtual/scene.ts';

const NAME = 'orders.example.com';
const KEY = 'orders/standby-takes-over';
const BUCKET = 'orders-failover-markers';

function routingOf(plan: Plan) {
  const clock = createVirtualClock(new Date('2026-10-02T17:00:00Z'));
  const busy: string[] = [];
  const routing = createRouting(plan, clock, {
    healthCheckMilliseconds: 90_000,
    recordMilliseconds: 60_000,
    onBusy: (what) => busy.push(what),
  });
  return { clock, routing, busy };
}

async function planWith(traffic: Traffic): Promise<Plan> {
  return { ...(await planOf(drillPlanFile)), traffic: [traffic] };
}

const record = {
  kind: 'route53Record',
  id: 'record',
  hostedZoneId: 'Z1',
  name: NAME,
  recordType: 'A',
  settleDeadlineSeconds: 180,
} as const;

describe('the routing of the lab', () => {
  it('knows no name that the plan does not name', async () => {
    const { routing } = routingOf(await planOf(drillPlanFile));
    expect(routing.sideOf('elsewhere.invalid')).toBeUndefined();
    expect(routing.answersOf('elsewhere.invalid')).toStrictEqual([]);
  });

  it.each([
    ['primary.orders.example.com', 'primary'],
    ['standby.orders.example.com', 'standby'],
    ['control.example.com', 'elsewhere'],
    ['ORDERS.Example.com.', 'primary'],
  ])('leads %s to %s', async (name, side) => {
    const { routing } = routingOf(await planOf(drillPlanFile));
    expect(routing.sideOf(name)).toBe(side);
  });

  it('never takes a switched name for one that leads to one side for good', async () => {
    const names = fixedNames(await planOf(shopPlanFile));
    expect(names.has('shop.example.com')).toBe(false);
    expect(names.get('lb.shop.eu-west-1.example.com')).toBe('primary');
  });

  it('tells of a marker after the health check, however often it is put again', async () => {
    const { clock, routing, busy } = routingOf(await planOf(drillPlanFile));
    await clock.run(async () => {
      routing.setMarker(BUCKET, KEY, true);
      for (let second = 0; second < 80; second += 10) {
        await clock.sleep(10_000);
        routing.setMarker(BUCKET, KEY, true);
      }
      expect(routing.sideOf(NAME)).toBe('primary');
      await clock.sleep(11_000);
      expect(routing.sideOf(NAME)).toBe('standby');
    });
    expect(busy).toStrictEqual([`health check of ${BUCKET}/${KEY}`]);
  });

  it('stays where it is if the marker goes before the health check sees it', async () => {
    const { clock, routing } = routingOf(await planOf(drillPlanFile));
    await clock.run(async () => {
      routing.setMarker(BUCKET, KEY, true);
      await clock.sleep(30_000);
      routing.setMarker(BUCKET, KEY, false);
      await clock.sleep(300_000);
    });
    expect(routing.sideOf(NAME)).toBe('primary');
  });

  const set = (name: string, value: string, more: Partial<LabRecord>): LabRecord => {
    const ResourceRecords = [{ Value: value }];
    return { Name: `${NAME}.`, Type: 'A', SetIdentifier: name, ResourceRecords, ...more };
  };
  const { primary, standby } = addresses;
  const routings: [string, Traffic, LabRecord[]][] = [
    [
      'simple',
      { ...record, routing: 'simple', ttlSeconds: 60, primary: ['1.1.1.1'], standby: ['2.2.2.2'] },
      [{ Name: `${NAME}.`, Type: 'A', TTL: 60, ResourceRecords: [{ Value: '2.2.2.2' }] }],
    ],
    [
      'weighted',
      { ...record, routing: 'weighted', primary: 'p', standby: 's', weight: 100 },
      [set('p', primary, { Weight: 0 }), set('s', standby, { Weight: 100 })],
    ],
    [
      'failover',
      { ...record, routing: 'failover', primary: 'p', standby: 's' },
      [set('p', primary, { Failover: 'SECONDARY' }), set('s', standby, { Failover: 'PRIMARY' })],
    ],
  ];
  it.each(routings)('tells of changed %s records after a minute', async (_, traffic, changed) => {
    const { clock, routing } = routingOf(await planWith(traffic));
    expect(routing.sideOf(NAME)).toBe('primary');
    await clock.run(async () => {
      routing.zones.get('Z1')?.splice(0, 2, ...changed);
      routing.publish();
      expect(routing.sideOf(NAME)).toBe('primary');
      await clock.sleep(61_000);
    });
    expect(routing.sideOf(NAME)).toBe('standby');
  });
});
