import { beforeAll, describe, expect, it } from '@jest/globals';
import { substitute } from '../../lab/substitute.ts';
import type { Substituted } from '../../lab/substitute.ts';
import { packTemplate } from '../../lab/template.ts';
import { shopPlanFile } from '../lab/virtual/scene.ts';

const packed: { resources: ReadonlyMap<string, Substituted> } = { resources: new Map() };
beforeAll(async () => {
  packed.resources = substitute(await packTemplate(shopPlanFile), 'eu-central-1').resources;
}, 60_000);

const properties = (name: string) => packed.resources.get(name)?.properties;
const arnOf = (name: string) => packed.resources.get(name)?.arn;

describe('The watch for an old primary', () => {
  it('is called every minute, by its rule alone', () => {
    expect(properties('WatchRule')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ Arn: arnOf('OnScheduleLambdaFunction') }],
    });
    expect(properties('WatchPermission')).toMatchObject({
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: arnOf('WatchRule'),
    });
  });

  it('is not repeated, and leaves the queue to events that were lost', () => {
    const config = properties('WatchNotRepeated');
    expect(config).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    expect(config).not.toHaveProperty('DestinationConfig');
    expect(JSON.stringify(properties('OnScheduleRole'))).not.toContain('sqs:');
  });

  it('rings if it keeps failing', () => {
    expect(properties('WatchAlarm')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      EvaluationPeriods: 5,
      DatapointsToAlarm: 3,
      TreatMissingData: 'notBreaching',
      AlarmActions: ['arn:aws:sns:eu-central-1:111122223333:shop-on-call'],
    });
  });
});
