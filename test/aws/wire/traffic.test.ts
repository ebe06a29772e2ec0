import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { trafficDriver } from '../../../aws/drivers/traffic.ts';
import { Route53Record } from '../../../aws/drivers/route53-record/schema.ts';
import type { Network } from '../../../core/network.ts';
import { answering, contextWith, examplePlan, fakeNetwork } from '../support.ts';
import { describeOnWire, startMoto } from './moto.ts';
import type { Moto } from './moto.ts';

const plan = examplePlan();
const { standby } = plan.regions;
let moto: Moto;

function context(network: Network = fakeNetwork()) {
  return contextWith({ plan, client: moto.client, network });
}

describeOnWire('traffic drivers against moto', () => {
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(async () => {
    await moto.stop();
  });

  it('healthCheckMarker puts, sees and deletes its object', async () => {
    await moto.client(S3Client, standby).send(
      new CreateBucketCommand({
        Bucket: 'shop-markers',
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      }),
    );
    const [section] = plan.traffic;
    if (section === undefined) throw new Error('no traffic');
    const driver = trafficDriver(section);
    const before = await driver.snapshot(context(answering('192.0.2.1')));
    expect(before).toEqual({ markerPresent: false, answers: ['192.0.2.1'] });
    const moved = context(answering('198.51.100.1'));
    expect(await driver.settled(before, moved)).toMatchObject({ settled: false });
    await driver.switchToStandby(moved);
    expect(await driver.settled(before, moved)).toMatchObject({ settled: true });
    await driver.restore(before, moved);
    expect(await driver.snapshot(moved)).toMatchObject({ markerPresent: false });
  });

  const values = (Value: string) => ({
    Name: 'shop.example.com.',
    Type: 'A' as const,
    TTL: 60,
    ResourceRecords: [{ Value }],
  });
  const p = { ...values('192.0.2.1'), SetIdentifier: 'p' };
  const s = { ...values('198.51.100.1'), SetIdentifier: 's' };
  const two = { primary: 'p', standby: 's' };
  const routings: [string, object, ResourceRecordSet[]][] = [
    ['simple', { primary: ['192.0.2.1'], standby: ['198.51.100.1'] }, [values('192.0.2.1')]],
    [
      'weighted',
      two,
      [
        { ...p, Weight: 100 },
        { ...s, Weight: 0 },
      ],
    ],
    [
      'failover',
      two,
      [
        { ...p, Failover: 'PRIMARY' },
        { ...s, Failover: 'SECONDARY' },
      ],
    ],
  ];
  it.each(routings)(
    'route53Record switches %s records and puts them back',
    async (routing, more, records) => {
      const route53 = moto.client(Route53Client, standby);
      const zone = await route53.send(
        new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: routing }),
      );
      const HostedZoneId = zone.HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
      const Changes = records.map((record) => ({
        Action: 'CREATE' as const,
        ResourceRecordSet: record,
      }));
      await route53.send(
        new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }),
      );
      const list = async () => {
        const answer = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
        return answer.ResourceRecordSets?.filter(({ Type }) => Type === 'A');
      };
      const section = Route53Record.parse({
        kind: 'route53Record',
        id: 'dns',
        hostedZoneId: 'Z0123456789ABC',
        name: 'shop.example.com',
        routing,
        ...more,
      });
      // The ids of moto's zones do not begin with Z, as those of AWS do.
      const driver = trafficDriver({ ...section, hostedZoneId: HostedZoneId });
      const old = await list();
      const before = await driver.snapshot(context(answering('192.0.2.1')));
      const moved = context(answering('198.51.100.1'));
      expect(await driver.settled(before, moved)).toMatchObject({ settled: false });
      await driver.switchToStandby(moved);
      await driver.switchToStandby(moved);
      expect(await driver.settled(before, moved)).toMatchObject({ settled: true });
      expect(await list()).not.toEqual(old);
      // Moto refuses to create a record that was ever created, even after its deletion.
      if (routing === 'failover') return;
      await driver.restore(before, moved);
      expect(await list()).toEqual(old);
    },
  );
});
