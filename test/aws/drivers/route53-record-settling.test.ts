import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { trafficDriver } from '../../../aws/drivers/traffic.ts';
import { Route53Record } from '../../../aws/drivers/route53-record/schema.ts';
import { answering, contextWith, fakeNetwork, unexpectedCall } from '../support.ts';

const route53 = mockClient(Route53Client);
const common = {
  kind: 'route53Record',
  id: 'dns',
  hostedZoneId: 'Z0123456789ABC',
  name: 'Shop.example.com',
};
const driverOf = (routing: object) => trafficDriver(Route53Record.parse({ ...common, ...routing }));
const simple = driverOf({ routing: 'simple', primary: ['192.0.2.1'], standby: ['198.51.100.1'] });
const weighted = driverOf({ routing: 'weighted', primary: 'p', standby: 's' });
const failover = driverOf({ routing: 'failover', primary: 'p', standby: 's' });

const silent = contextWith({ network: fakeNetwork() });
const atPrimary = contextWith({ network: answering('192.0.2.1') });
const atStandby = contextWith({ network: answering('198.51.100.1') });

const base = { Name: 'shop.example.com.', Type: 'A', TTL: 60 } as const;
const values = (...all: string[]) => all.map((Value) => ({ Value }));
const simpleRecord: ResourceRecordSet = { ...base, ResourceRecords: values('192.0.2.1') };
const alias = { HostedZoneId: 'Z9', DNSName: 'lb.example.com.', EvaluateTargetHealth: true };
const p: ResourceRecordSet = {
  ...base,
  SetIdentifier: 'p',
  HealthCheckId: 'hc',
  ResourceRecords: values('192.0.2.1'),
};
const s: ResourceRecordSet = {
  ...base,
  SetIdentifier: 's',
  ResourceRecords: values('198.51.100.1'),
};
const weights = (ofP: number, ofS: number) => [
  { ...p, Weight: ofP },
  { ...s, Weight: ofS },
];
const roles = (ofP: 'PRIMARY' | 'SECONDARY', ofS: 'PRIMARY' | 'SECONDARY') => [
  { ...p, Failover: ofP },
  { ...s, Failover: ofS },
];

beforeEach(() => {
  route53.reset();
  route53.onAnyCommand().rejects(unexpectedCall);
  route53.on(ChangeResourceRecordSetsCommand).resolves({});
});

function zoneHolds(...records: ResourceRecordSet[]): void {
  route53
    .on(ListResourceRecordSetsCommand)
    .resolves({ ResourceRecordSets: records, IsTruncated: false, MaxItems: 300 });
}

const batches = () =>
  route53
    .commandCalls(ChangeResourceRecordSetsCommand)
    .map(({ args }) =>
      (args[0].input.ChangeBatch?.Changes ?? []).map(({ Action, ResourceRecordSet: record }) => [
        Action,
        record,
      ]),
    );

describe('settling', () => {
  async function snapshotOf(
    driver: typeof simple,
    records: ResourceRecordSet[],
    context = atPrimary,
  ) {
    zoneHolds(...records);
    return await driver.snapshot(context);
  }

  it('is not settled while the records say primary', async () => {
    const before = await snapshotOf(weighted, weights(100, 0));
    expect(await weighted.settled(before, atStandby)).toMatchObject({ settled: false });
  });

  it.each([
    ['the name does not resolve', silent],
    ['the DNS is empty', contextWith({ network: answering() })],
    ['the DNS says primary', atPrimary],
    ['the DNS says both', contextWith({ network: answering('198.51.100.1', '192.0.2.1') })],
  ])('is not settled while %s', async (_name, context) => {
    const before = await snapshotOf(failover, roles('PRIMARY', 'SECONDARY'));
    zoneHolds(...roles('SECONDARY', 'PRIMARY'));
    expect(await failover.settled(before, context)).toMatchObject({ settled: false });
  });

  it('is settled when records and DNS say standby, whatever the DNS said before', async () => {
    const before = await snapshotOf(simple, [simpleRecord], silent);
    zoneHolds({ ...base, ResourceRecords: values('198.51.100.1') });
    expect(await simple.settled(before, atStandby)).toMatchObject({ settled: true });
  });

  it('compares an alias with what the DNS said before: its addresses vary', async () => {
    const aliases = (ofP: number, ofS: number) =>
      weights(ofP, ofS).map(({ SetIdentifier, Weight }) => ({
        Name: base.Name,
        Type: base.Type,
        SetIdentifier,
        Weight,
        AliasTarget: alias,
      }));
    const before = await snapshotOf(weighted, aliases(100, 0));
    zoneHolds(...aliases(0, 100));
    expect(await weighted.settled(before, atPrimary)).toMatchObject({ settled: false });
    expect(await weighted.settled(before, atStandby)).toMatchObject({ settled: true });
  });

  it('says that the traffic was at the standby already when it was', async () => {
    const before = await snapshotOf(weighted, weights(0, 100), atStandby);
    const verdict = await weighted.settled(before, atStandby);
    expect(verdict).toMatchObject({ settled: true });
    expect(verdict.why).toContain('already');
  });
});

describe('restoring', () => {
  it.each([
    [
      'simple',
      simple,
      [simpleRecord],
      [{ ...base, ResourceRecords: values('198.51.100.1') }],
      ['UPSERT'],
    ],
    ['weighted', weighted, weights(70, 30), weights(0, 100), ['UPSERT', 'UPSERT']],
    [
      'failover',
      failover,
      roles('PRIMARY', 'SECONDARY'),
      roles('SECONDARY', 'PRIMARY'),
      ['DELETE', 'DELETE', 'CREATE', 'CREATE'],
    ],
  ])('puts %s records back, once', async (_name, driver, old, current, actions) => {
    zoneHolds(...old);
    const before = await driver.snapshot(atPrimary);
    await driver.restore(before, atPrimary);
    expect(batches()).toEqual([]);
    zoneHolds(...current);
    await driver.restore(before, atPrimary);
    const [batch = []] = batches();
    expect(batch.map(([action]) => action)).toEqual(actions);
    expect(batch.slice(-old.length).map(([, record]) => record)).toEqual(old);
  });
});
