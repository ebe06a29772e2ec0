import { ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { toJson } from '../../../aws/drivers/snapshot.ts';
import { NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { refusedConnection, unexpectedCall } from '../support.ts';
import { changesOf, compareOne, keptAs, nobodyKnows } from './drift-support.ts';

const route53 = mockClient(Route53Client);
const zone = { kind: 'route53Record', id: 'dns', hostedZoneId: 'Z0123456789ABC' };
const section = (routing: object) => [{ ...zone, name: 'shop.example.com', ...routing }];
const simple = section({ routing: 'simple', primary: ['192.0.2.1'], standby: ['198.51.100.1'] });
const weighted = section({ routing: 'weighted', primary: 'p', standby: 's' });
const failover = section({ routing: 'failover', primary: 'p', standby: 's' });

const base = { Name: 'shop.example.com.', Type: 'A', TTL: 60 } as const;
const at = (Value: string) => ({ ...base, ResourceRecords: [{ Value }] });
const p = { ...at('192.0.2.1'), SetIdentifier: 'p' };
const s = { ...at('198.51.100.1'), SetIdentifier: 's' };
const weights = (ofP: number, ofS: number) => [
  { ...p, Weight: ofP },
  { ...s, Weight: ofS },
];
const roles = (ofP: 'PRIMARY' | 'SECONDARY', ofS: 'PRIMARY' | 'SECONDARY') => [
  { ...p, Failover: ofP },
  { ...s, Failover: ofS },
];
const kept = (records: readonly ResourceRecordSet[], atStandby = false) =>
  keptAs(toJson({ records, atStandby, answers: null }));

function zoneHolds(...records: ResourceRecordSet[]): void {
  route53
    .on(ListResourceRecordSetsCommand)
    .resolves({ ResourceRecordSets: records, IsTruncated: false, MaxItems: 300 });
}

const compare = async (traffic: readonly object[], before = keptAs()) =>
  await compareOne('record', { traffic }, before);

beforeEach(() => {
  route53.reset();
  route53.onAnyCommand().rejects(unexpectedCall);
});

describe('records that cannot be compared', () => {
  it('are a NotReadyError when one is missing', async () => {
    zoneHolds({ ...s, Weight: 100 });
    await expect(compare(weighted, kept(weights(100, 0)))).rejects.toBeInstanceOf(NotReadyError);
  });

  it('are an UnreachableError without an answer', async () => {
    route53.on(ListResourceRecordSetsCommand).rejects(refusedConnection());
    await expect(compare(simple)).rejects.toBeInstanceOf(UnreachableError);
  });
});

describe('records that say standby', () => {
  it.each([
    [
      'simple',
      simple,
      [at('198.51.100.1')],
      [{ ...at('192.0.2.1'), TTL: 300 }],
      '192.0.2.1 TTL 300',
      'records = ["198.51.100.1"], ttl = 60, no alias',
      'ResourceRecords 198.51.100.1, TTL 60, no AliasTarget',
    ],
    [
      'weighted',
      weighted,
      weights(0, 100),
      weights(90, 10),
      'p weight 90 192.0.2.1 TTL 60; s weight 10 198.51.100.1 TTL 60',
      'A s: weighted_routing_policy { weight = 100 }',
      'A p: Weight 0',
    ],
    [
      'failover',
      failover,
      roles('SECONDARY', 'PRIMARY'),
      roles('PRIMARY', 'SECONDARY'),
      'p PRIMARY 192.0.2.1 TTL 60; s SECONDARY 198.51.100.1 TTL 60',
      'A s: failover_routing_policy { type = "PRIMARY" }',
      'A p: Failover SECONDARY',
    ],
  ])('are named: %s', async (_case, traffic, now, old, before, terraform, cloudFormation) => {
    zoneHolds(...now);
    const found = await compare(traffic, kept(old));
    expect(found.differences).toMatchObject([{ danger: 'clients-sent-back', before }]);
    expect(changesOf(found)).toContain(`aws_route53_record shop.example.com`);
    expect(changesOf(found)).toContain(terraform);
    expect(changesOf(found)).toContain(cloudFormation);
  });

  it.each([
    ['simple', simple, [at('198.51.100.1')], '192.0.2.1 by the plan; the TTL is not known'],
    ['weighted', weighted, weights(0, 100), 'the weights are not known; by the plan p was served'],
    ['failover', failover, roles('SECONDARY', 'PRIMARY'), 'p PRIMARY, s SECONDARY by the plan'],
  ])('are named by the plan alone: %s', async (_case, traffic, now, before) => {
    zoneHolds(...now);
    expect((await compare(traffic, nobodyKnows)).differences).toMatchObject([{ before }]);
    expect((await compare(traffic)).differences).toMatchObject([{ before }]);
  });

  it('name the alias that was there', async () => {
    const AliasTarget = { HostedZoneId: 'Z9', DNSName: 'lb.x.', EvaluateTargetHealth: true };
    zoneHolds(at('198.51.100.1'));
    const alias = { Name: base.Name, Type: base.Type, AliasTarget };
    expect((await compare(simple, kept([alias]))).differences).toMatchObject([{ before: 'lb.x.' }]);
  });
});

describe('records without drift', () => {
  it.each([
    ['are as an incident found them', weighted, weights(90, 10), kept(weights(90, 10))],
    ['said standby before', weighted, weights(0, 100), kept(weights(0, 100), true)],
    ['do not say standby, and no incident is known', weighted, weights(90, 10), keptAs()],
  ])('%s', async (_case, traffic, now, before) => {
    zoneHolds(...now);
    const { differences, why } = await compare(traffic, before);
    expect(differences).toEqual([]);
    expect(why).toContain('p weight');
  });
});
