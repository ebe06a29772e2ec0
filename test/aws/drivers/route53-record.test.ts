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
import { NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { answering, contextWith, serviceError, unexpectedCall } from '../support.ts';

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

const atPrimary = contextWith({ network: answering('192.0.2.1') });

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

describe('refusing', () => {
  it.each([
    ['no record is there', simple, []],
    ['the simple record is weighted', simple, weights(1, 0)],
    ['the standby record is missing', weighted, [{ ...p, Weight: 100 }]],
    ['the primary record is missing', failover, [{ ...s, Failover: 'SECONDARY' as const }]],
    [
      'the records are of other names and types',
      weighted,
      weights(1, 0).flatMap((record) => [
        { ...record, Name: 'a.shop.example.com.' },
        { ...record, Type: 'AAAA' as const },
      ]),
    ],
  ])('changes nothing when %s', async (_case, driver, records) => {
    zoneHolds(...records);
    await expect(driver.switchToStandby(atPrimary)).rejects.toBeInstanceOf(NotReadyError);
    await expect(driver.snapshot(atPrimary)).rejects.toBeInstanceOf(NotReadyError);
    expect(batches()).toEqual([]);
  });

  it('is an UnreachableError while the zone is busy', async () => {
    zoneHolds(simpleRecord);
    route53.on(ChangeResourceRecordSetsCommand).rejects(serviceError('PriorRequestNotComplete'));
    await expect(simple.switchToStandby(atPrimary)).rejects.toBeInstanceOf(UnreachableError);
  });

  it('rethrows an invalid batch', async () => {
    zoneHolds(simpleRecord);
    const invalid = serviceError('InvalidChangeBatch');
    route53.on(ChangeResourceRecordSetsCommand).rejects(invalid);
    await expect(simple.switchToStandby(atPrimary)).rejects.toBe(invalid);
  });
});

describe('switching, in one batch', () => {
  it('overwrites a simple record, an alias too', async () => {
    zoneHolds({ Name: base.Name, Type: 'A', AliasTarget: alias });
    await simple.switchToStandby(atPrimary);
    expect(batches()).toEqual([[['UPSERT', { ...base, ResourceRecords: values('198.51.100.1') }]]]);
  });

  it('gives the standby its weight before the primary loses its own', async () => {
    zoneHolds(...weights(100, 0));
    await weighted.switchToStandby(atPrimary);
    expect(batches()).toEqual([
      [
        ['UPSERT', { ...s, Weight: 100 }],
        ['UPSERT', { ...p, Weight: 0 }],
      ],
    ]);
  });

  it('exchanges failover roles by deleting what it read and creating the successors', async () => {
    zoneHolds(...roles('PRIMARY', 'SECONDARY'));
    await failover.switchToStandby(atPrimary);
    expect(batches()).toEqual([
      [
        ['DELETE', { ...p, Failover: 'PRIMARY' }],
        ['DELETE', { ...s, Failover: 'SECONDARY' }],
        ['CREATE', { ...s, Failover: 'PRIMARY' }],
        ['CREATE', { ...p, Failover: 'SECONDARY' }],
      ],
    ]);
  });

  it.each([
    ['simple', simple, [{ ...base, ResourceRecords: values('198.51.100.1') }]],
    ['weighted', weighted, weights(0, 100)],
    ['failover', failover, roles('SECONDARY', 'PRIMARY')],
  ])('sends nothing when %s records say so already', async (_case, driver, records) => {
    zoneHolds(...records);
    await driver.switchToStandby(atPrimary);
    expect(batches()).toEqual([]);
  });

  it('finds records on the second page', async () => {
    const [first, second] = weights(100, 0);
    if (first === undefined || second === undefined) throw new Error('two records');
    route53.on(ListResourceRecordSetsCommand).resolves({
      ResourceRecordSets: [first],
      IsTruncated: true,
      MaxItems: 1,
      NextRecordName: base.Name,
      NextRecordType: 'A',
      NextRecordIdentifier: 's',
    });
    route53.on(ListResourceRecordSetsCommand, { StartRecordIdentifier: 's' }).resolves({
      ResourceRecordSets: [second],
      IsTruncated: true,
      MaxItems: 1,
      NextRecordName: 'z.example.com.',
      NextRecordType: 'A',
    });
    await weighted.switchToStandby(atPrimary);
    expect(batches()[0]).toHaveLength(2);
  });
});
