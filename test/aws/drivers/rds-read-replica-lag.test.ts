import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { RDSClient } from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { rdsReadReplica } from '../../../aws/drivers/rds-read-replica/driver.ts';
import { RdsReadReplica } from '../../../aws/drivers/rds-read-replica/schema.ts';
import { UnreachableError } from '../../../core/errors.ts';
import { contextWith, serviceError, unexpectedCall } from '../support.ts';

const rds = mockClient(RDSClient);
const cloudWatch = mockClient(CloudWatchClient);
const section = {
  kind: 'rdsReadReplica',
  id: 'orders',
  source: 'shop-db',
  replica: 'shop-db-replica',
  writeCheck: { url: 'https://standby.shop.example.com/write', method: 'POST' },
};
const config = RdsReadReplica.parse(section);
const context = contextWith();

beforeEach(() => {
  rds.reset();
  rds.onAnyCommand().rejects(unexpectedCall);
  cloudWatch.reset();
  cloudWatch.onAnyCommand().rejects(unexpectedCall);
});

describe('reading the lag', () => {
  const window = { from: new Date('2026-10-02T17:00:00Z'), to: new Date('2026-10-02T17:10:00Z') };
  const point = (time: string, Maximum: number, Unit: 'Seconds' | 'None' = 'Seconds') => ({
    Timestamp: new Date(`2026-10-02T${time}Z`),
    Maximum,
    Unit,
  });

  it('throws when CloudWatch does not answer', async () => {
    cloudWatch.on(GetMetricStatisticsCommand).rejects(serviceError('InternalServiceFault', 500));
    await expect(rdsReadReplica.lag(config, window, context)).rejects.toBeInstanceOf(
      UnreachableError,
    );
  });

  it('throws when a point has no value', async () => {
    cloudWatch
      .on(GetMetricStatisticsCommand)
      .resolves({ Datapoints: [{ Timestamp: new Date(0) }] });
    await expect(rdsReadReplica.lag(config, window, context)).rejects.toThrow('data point');
  });

  it('is empty when there are none', async () => {
    cloudWatch.on(GetMetricStatisticsCommand).resolves({});
    await expect(rdsReadReplica.lag(config, window, context)).resolves.toEqual([]);
  });

  it('gives the samples of the window, oldest first, as they were reported', async () => {
    cloudWatch.on(GetMetricStatisticsCommand).resolves({
      Datapoints: [point('17:02:00', -1, 'None'), point('16:59:00', 1), point('17:01:00', 7)],
    });
    const samples = await rdsReadReplica.lag(config, window, context);
    expect(samples.map(({ value, unit }) => [value, unit])).toEqual([
      [7, 'Seconds'],
      [-1, 'None'],
    ]);
    expect(cloudWatch.call(0).args[0].input).toMatchObject({
      Namespace: 'AWS/RDS',
      MetricName: 'ReplicaLag',
      Dimensions: [{ Name: 'DBInstanceIdentifier', Value: 'shop-db-replica' }],
      Period: 60,
      Statistics: ['Maximum'],
    });
  });

  it('asks for no more points than CloudWatch gives, and for the named dimensions', async () => {
    cloudWatch.on(GetMetricStatisticsCommand).resolves({});
    const lag = {
      namespace: 'Shop',
      metricName: 'Heartbeat',
      dimensions: { Db: 'x' },
      periodSeconds: 1,
    };
    const fine = RdsReadReplica.parse({ ...section, lag });
    const hour = { from: new Date('2026-10-02T16:10:00Z'), to: window.to };
    await rdsReadReplica.lag(fine, hour, context);
    expect(cloudWatch.calls()).toHaveLength(3);
    expect(cloudWatch.call(2).args[0].input).toMatchObject({
      Dimensions: [{ Name: 'Db', Value: 'x' }],
      EndTime: window.to,
    });
  });
});
