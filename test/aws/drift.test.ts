import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { findDrift } from '../../aws/drift.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { appendToLedger } from '../../aws/ledger.ts';
import type { Reading } from '../../core/drift/difference.ts';
import { NotReadyError, UnreachableError } from '../../core/errors.ts';
import { warmUpCompute } from '../../functions/warm-up-compute.ts';
import { drillPlan, openBench, takeOver } from '../functions/support.ts';
import { failedOver } from '../functions/watch-bench.ts';

const fence = 'security group sg-0123456789abcdef0 in eu-west-1 (database)';
const replica = 'DB instance orders-standby in eu-central-1 (orders)';
const source = 'DB instance orders-primary in eu-west-1 (orders)';
const group = 'Auto Scaling group orders-web in eu-central-1 (web)';
const marker =
  'marker s3://orders-failover-markers/orders/standby-takes-over (front-door), ' +
  'which fence dns moves';

/** What came of each thing, by its name. */
function outcomes(readings: readonly Reading[]): Readonly<Record<string, string>> {
  return Object.fromEntries(readings.map(({ what, outcome }) => [what, outcome]));
}

function whyOf(readings: readonly Reading[], what: string): string | undefined {
  const reading = readings.find((each) => each.what === what);
  return reading?.outcome === 'differs' ? undefined : reading?.why;
}

/** A failover whose fence is up, with the compute raised. */
async function wholeFailover() {
  const bench = await failedOver({ isReachable: true, isClosed: false });
  const { plan, incident, run, store } = bench;
  await run(warmUpCompute, { plan, incident, compute: plan.compute[0] });
  await store.close(incident, 'recovered');
  return bench;
}

describe('what cannot be read', () => {
  it('is said by name while the old Region is gone, and hides nothing else', async () => {
    const { runtime, plan } = await failedOver();
    const { readings } = await findDrift(runtime, plan);
    expect(outcomes(readings)).toEqual({
      [marker]: 'differs',
      [fence]: 'unread',
      [replica]: 'differs',
      [source]: 'unread',
      [group]: 'same',
    });
    expect(whyOf(readings, fence)).toContain('DescribeSecurityGroups: no answer');
  });

  it('is everything if the table does not tell of the last incident', async () => {
    const { runtime, plan, faults } = await failedOver();
    faults.always('rejected', 'GetItem');
    await expect(findDrift(runtime, plan)).rejects.toThrow();
  });

  it('is a thing whose snapshot is not one of its driver', async () => {
    const { runtime, plan, incident, store } = await failedOver();
    await store.snapshotOnce(incident, 'compute#web', { desired: 'many' });
    const { readings } = await findDrift(runtime, plan);
    expect(whyOf(readings, group)).toContain('InvalidInputError');
  });

  it('is a driver that the plan of the incident has, and the plan given has not', async () => {
    const { runtime } = await wholeFailover();
    const { readings } = await findDrift(runtime, drillPlan({ compute: [] }));
    expect(outcomes(readings)).toMatchObject({ 'autoScalingGroup web': 'unread' });
  });

  it('is the plan of the incident, if it is of another version', async () => {
    const { runtime, plan, world } = await openBench();
    world.unreachable.clear();
    const store = createIncidentStore(runtime);
    const lock = await store.readLock(plan.name);
    const id = lock?.incidentId ?? '';
    await store.snapshotOnce({ id }, 'watched', { plan: 'of old' });
    const { readings } = await findDrift(runtime, plan);
    expect(outcomes(readings)).toMatchObject({ [`the plan by which ${id} ran`]: 'unread' });
  });

  it('is read again if one answer is lost', async () => {
    const { runtime, plan } = await wholeFailover();
    const failures = { left: 2 };
    const client: typeof runtime.client = (Client, region) => {
      if (Client.name === 'EC2Client' && failures.left > 0) {
        failures.left -= 1;
        throw new UnreachableError('The answer is lost.');
      }
      return runtime.client(Client, region);
    };
    const { readings } = await findDrift({ ...runtime, client }, plan);
    expect(outcomes(readings)[fence]).toBe('differs');
    expect(failures.left).toBe(0);
  });
});

describe('how it was before', () => {
  it('is as the last incident kept it, if that promoted', async () => {
    const { runtime, plan, incident } = await wholeFailover();
    const { readings, incidentId } = await findDrift(runtime, plan);
    expect(incidentId).toBe(incident.id);
    expect(outcomes(readings)).toEqual({
      [marker]: 'differs',
      [fence]: 'differs',
      [replica]: 'differs',
      [source]: 'same',
      [group]: 'differs',
    });
  });

  /** An incident after the one that promoted, and how it ended. */
  async function endedLater(
    bench: Awaited<ReturnType<typeof wholeFailover>>,
    outcome: 'stoodDown' | 'prepared' | 'failed',
  ): Promise<void> {
    const { runtime, incident, store } = bench;
    const later = await takeOver(bench, incident);
    await appendToLedger(runtime, later.id, 'opened', z.json().parse(later));
    await appendToLedger(runtime, later.id, 'closed', { outcome, why: '' });
    await store.close(later, outcome);
  }

  it.each(['stoodDown', 'prepared'] as const)(
    'is as the incident kept it that promoted last, if the one after it ended as %s',
    async (outcome) => {
      const bench = await wholeFailover();
      await endedLater(bench, outcome);
      const { readings, incidentId } = await findDrift(bench.runtime, bench.plan);
      expect(incidentId).toBe(bench.incident.id);
      expect(outcomes(readings)).toMatchObject({ [fence]: 'differs', [group]: 'differs' });
    },
  );

  it('is not known after a later incident that failed, until one is named', async () => {
    const bench = await wholeFailover();
    const { runtime, plan, incident } = bench;
    await endedLater(bench, 'failed');
    const { readings, why } = await findDrift(runtime, plan);
    expect(why).toContain('--incident');
    expect(outcomes(readings)).toEqual({
      [marker]: 'differs',
      // Without a rule it is a fence, whoever put it up.
      [fence]: 'differs',
      [replica]: 'differs',
      [source]: 'same',
      [group]: 'unread',
    });
    const named = await findDrift(runtime, plan, incident.id);
    expect(outcomes(named.readings)).toMatchObject({ [fence]: 'differs', [group]: 'differs' });
  });

  it('is not taken from an incident that is not of this plan', async () => {
    const { runtime, plan, incident } = await wholeFailover();
    await expect(findDrift(runtime, plan, 'orders-9')).rejects.toBeInstanceOf(NotReadyError);
    const other = { ...plan, name: 'other' };
    await expect(findDrift(runtime, other, incident.id)).rejects.toBeInstanceOf(NotReadyError);
  });
});

describe('no drift', () => {
  it('is what a false alarm leaves, whatever was changed since', async () => {
    const { runtime, plan, incident, world, run } = await openBench();
    world.unreachable.clear();
    await run(warmUpCompute, { plan, incident, compute: plan.compute[0] });
    await appendToLedger(runtime, incident.id, 'closed', { outcome: 'stoodDown', why: '' });
    await createIncidentStore(runtime).close(incident, 'stoodDown');
    const { readings } = await findDrift(runtime, plan);
    expect(new Set(Object.values(outcomes(readings)))).toEqual(new Set(['same']));
  });

  it('is reached when people have gone back, a thing at a time', async () => {
    const { runtime, plan, world } = await wholeFailover();
    const look = async () => outcomes((await findDrift(runtime, plan)).readings);
    const [rules] = world.ingress.values();
    const rule = { SecurityGroupRuleId: 'sgr-2', IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 };
    rules?.push({ ...rule, CidrIpv4: '10.0.0.0/16' });
    expect(await look()).toMatchObject({ [fence]: 'same', [marker]: 'differs' });
    world.objects.clear();
    expect(await look()).toMatchObject({ [marker]: 'same', [replica]: 'differs' });
    const standby = world.databases.get('eu-central-1/orders-standby');
    const primary = world.databases.get('eu-west-1/orders-primary');
    if (standby === undefined || primary === undefined) throw new Error('no databases');
    primary.sourceId = 'arn:aws:rds:eu-central-1:111122223333:db:orders-standby';
    expect(await look()).toMatchObject({ [source]: 'differs' });
    primary.sourceId = undefined;
    standby.sourceId = 'arn:aws:rds:eu-west-1:111122223333:db:orders-primary';
    expect(await look()).toMatchObject({ [replica]: 'same', [group]: 'differs' });
    for (const fleet of world.fleets.values()) fleet.min = 1;
    expect(new Set(Object.values(await look()))).toEqual(new Set(['same']));
  });
});
