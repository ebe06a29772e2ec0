import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { loadPlans } from '../../aws/plan-file.ts';
import { describeStack } from '../../aws/stack/stack.ts';
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

describe('The keeper of slots', () => {
  it('is called every minute where a plan wants it, and never where none does', async () => {
    expect(properties('KeeperRule')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'DISABLED',
      Targets: [{ Arn: arnOf('OnKeeperScheduleLambdaFunction') }],
    });
    const [plan] = await loadPlans(shopPlanFile);
    const folder = await mkdtemp(join(tmpdir(), 'plans-'));
    const file = join(folder, 'shop.yaml');
    await writeFile(file, JSON.stringify({ ...plan, reconciliation: { keepSlot: true } }));
    const { keeper, warnings } = await describeStack({ FAILOVER_PLANS: file });
    expect(keeper).toBe('ENABLED');
    expect(warnings.join()).toContain('keepSlot: false');
  });

  it('rings if it keeps failing', () => {
    expect(properties('KeeperAlarm')).toMatchObject({
      MetricName: 'Errors',
      DatapointsToAlarm: 3,
      AlarmActions: ['arn:aws:sns:eu-central-1:111122223333:shop-on-call'],
    });
    expect(properties('KeeperPermission')).toMatchObject({ SourceArn: arnOf('KeeperRule') });
  });
});
