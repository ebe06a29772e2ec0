import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../aws/clients.ts';
import { runProbe } from '../../aws/probes.ts';
import { NetworkError } from '../../core/network.ts';
import type { Network } from '../../core/network.ts';
import { Probe } from '../../core/plan/sections.ts';
import {
  contextWith,
  fakeNetwork,
  now,
  refusedConnection,
  serviceError,
  unexpectedCall,
} from './support.ts';

const rds = mockClient(RDSClient);
const cloudWatch = mockClient(CloudWatchClient);
const regions: string[] = [];
const outageStartedAt = new Date(now.getTime() - 300_000);

beforeEach(() => {
  rds.reset();
  rds.onAnyCommand().rejects(unexpectedCall);
  cloudWatch.reset();
  cloudWatch.onAnyCommand().rejects(unexpectedCall);
  regions.length = 0;
});

async function run(probe: object, network: Partial<Network> = {}) {
  const client = createClientFactory((_client, region) => regions.push(region));
  const context = { ...contextWith({ network: fakeNetwork(network), client }), outageStartedAt };
  return await runProbe(Probe.parse({ id: 'probe', ...probe }), context);
}

const https = { kind: 'https', url: 'https://primary.shop.example.com/health', expectBody: 'ok' };
const tcp = { kind: 'tcp', host: 'primary.shop.example.com', port: 5432 };
const status = { kind: 'rdsStatus', instance: 'shop-db' };
const progress = { kind: 'replicationProgress', database: 'orders' };
const alarm = { kind: 'alarmState', alarm: 'arn:aws:cloudwatch:us-west-2:111122223333:alarm:a:b' };
const fails = (error: Error) => () => Promise.reject(error);

describe('an https probe', () => {
  it('is unknown and does not throw at an unexpected error', async () => {
    const result = await run(https, { https: fails(new TypeError('broken')) });
    expect(result).toMatchObject({ id: 'probe', kind: 'https', vote: 'unknown', vetoes: false });
    expect(result.why).toContain('broken');
  });

  it('is unknown when the name does not resolve, down when nothing listens', async () => {
    expect(await run(https)).toMatchObject({ vote: 'unknown' });
    const refused = fails(new NetworkError('ECONNREFUSED', ''));
    expect(await run(https, { https: refused })).toMatchObject({ vote: 'down' });
  });

  it('is down at another answer, and up with a veto at the right one', async () => {
    const answer = (code: number, body: string) => ({
      https: async () => ({ status: code, body }),
    });
    expect(await run(https, answer(503, 'ok'))).toMatchObject({ vote: 'down' });
    expect(await run(https, answer(200, 'no'))).toMatchObject({ vote: 'down' });
    expect(await run(https, answer(200, 'ok'))).toMatchObject({ vote: 'up', vetoes: true });
  });
});

describe('a tcp probe', () => {
  it('is down at a timeout, and up without a veto: a load balancer outlives its targets', async () => {
    const late = fails(new NetworkError('CONNECT_TIMEOUT', ''));
    expect(await run(tcp, { tcp: late })).toMatchObject({ vote: 'down' });
    expect(await run(tcp, { tcp: async () => undefined })).toMatchObject({
      vote: 'up',
      vetoes: false,
    });
  });
});

describe('an rdsStatus probe', () => {
  it.each([
    ['the Region does not answer', refusedConnection()],
    ['the call is denied', serviceError('AccessDenied', 403)],
    ['there is no such instance', new DBInstanceNotFoundFault({ message: '', $metadata: {} })],
  ])('is unknown when %s', async (_name, error) => {
    rds.on(DescribeDBInstancesCommand).rejects(error);
    expect(await run(status)).toMatchObject({ vote: 'unknown', vetoes: false });
  });

  it('asks the primary Region', async () => {
    rds
      .on(DescribeDBInstancesCommand)
      .resolves({ DBInstances: [{ DBInstanceStatus: 'available' }] });
    expect(await run(status)).toMatchObject({ vote: 'up', vetoes: false });
    expect(regions).toEqual(['eu-central-1']);
  });
});

describe('a replicationProgress probe', () => {
  const lags = (...samples: (readonly [secondsAgo: number, lag: number])[]) =>
    cloudWatch.on(GetMetricStatisticsCommand).resolves({
      Datapoints: samples.map(([ago, Maximum]) => ({
        Timestamp: new Date(now.getTime() - ago * 1000),
        Maximum,
        Unit: 'Seconds' as const,
      })),
    });

  it('is unknown without a database, without an answer, without samples', async () => {
    expect(await run({ ...progress, database: 'other' })).toMatchObject({ vote: 'unknown' });
    expect(await run(progress)).toMatchObject({ vote: 'unknown' });
    lags();
    expect(await run(progress)).toMatchObject({ vote: 'unknown' });
  });

  it('is down when the lag grows, up with a veto when the primary goes on committing', async () => {
    lags([120, 200], [60, 260]);
    expect(await run(progress)).toMatchObject({ vote: 'down' });
    lags([120, 1], [60, 1]);
    expect(await run(progress)).toMatchObject({ vote: 'up', vetoes: true });
    expect(regions).toContain('eu-west-1');
  });
});

describe('an alarmState probe', () => {
  it('is unknown without an answer and without the alarm', async () => {
    expect(await run(alarm)).toMatchObject({ vote: 'unknown' });
    cloudWatch.on(DescribeAlarmsCommand).resolves({});
    expect(await run(alarm)).toMatchObject({ vote: 'unknown' });
  });

  it('asks for both types of alarms in the alarm’s Region, by its whole name', async () => {
    cloudWatch.on(DescribeAlarmsCommand).resolves({ CompositeAlarms: [{ StateValue: 'ALARM' }] });
    expect(await run(alarm)).toMatchObject({ vote: 'down' });
    expect(regions).toEqual(['us-west-2']);
    expect(cloudWatch.call(0).args[0].input).toEqual({
      AlarmNames: ['a:b'],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    });
  });
});
