import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { findDrift } from '../../aws/drift.ts';
import type { DriftReport } from '../../core/drift/lines.ts';
import type { Setting } from '../../lab/simulation/search/run-job.ts';
import { drillSetting } from '../lab/simulation/setting.ts';
import { driftAround, driftCommandOn, operatorOf } from './drift-story.ts';

let setting: Setting;
beforeAll(async () => {
  setting = await drillSetting();
});

const fence = 'security group sg-0123456789abcdef0 in eu-west-1 (database)';
const replica = 'DB instance orders-standby in eu-central-1 (orders)';
const source = 'DB instance orders-primary in eu-west-1 (orders)';
const group = 'Auto Scaling group orders-web in eu-central-1 (web)';
const service = 'ECS service web in cluster orders, eu-central-1 (web)';
const marker = 'marker s3://orders-failover-markers/orders/standby-takes-over (front-door)';
const record =
  'record orders.example.com A in Z0123456789ABC (front-door), which fence front-door-edge moves';

const root = join(import.meta.dirname, '../..');

/** The IAM action of a call. */
function permissionOf(client: string, command: string): string {
  const action = command.replace(/Command$/, '');
  const service = client.replace(/(V2)?Client$/, '').toLowerCase();
  const prefix = service === 'applicationautoscaling' ? 'application-autoscaling' : service;
  return action === 'HeadObject' ? 's3:GetObject' : `${prefix}:${action}`;
}

/** Names of what came to this. */
function named({ readings }: DriftReport, outcome: string): string[] {
  return readings.filter((each) => each.outcome === outcome).map(({ what }) => what);
}

describe('a failover of the workflow', () => {
  it.each([
    ['outage-fenced', [fence, replica, group, marker], [source]],
    ['other-drivers', [fence, record, replica, service], [source]],
    // It failed after the promotion: what it did is named, what it did not do is not.
    ['no-capacity', [fence, replica, group], [marker, source]],
  ])('is named by drift, each thing that it changed: %s', async (name, changed, untouched) => {
    const { before, after, run } = await driftAround(setting, name);
    const all = [...changed, ...untouched].toSorted();
    expect(run.violations).toEqual([]);
    expect(named(before, 'same').toSorted()).toEqual(all);
    expect(named(after, 'differs').toSorted()).toEqual(changed.toSorted());
    expect(named(after, 'same').toSorted()).toEqual(untouched.toSorted());
    expect(named(after, 'unread')).toEqual([]);
  });

  it.each(['other-drivers-blip', 'blip'])(
    'that promoted nothing leaves nothing: %s',
    async (name) => {
      const { after, run } = await driftAround(setting, name);
      expect(run.ghost.promotionsByWorkflow).toBe(0);
      expect(after.readings.filter(({ outcome }) => outcome !== 'same')).toEqual([]);
    },
  );

  it('leaves what is in a dead Region unread, and not without drift', async () => {
    const { after } = await driftAround(setting, 'outage');
    expect(named(after, 'unread').toSorted()).toEqual([source, fence].toSorted());
    expect(named(after, 'differs').toSorted()).toEqual([replica, group, marker].toSorted());
  });

  it.each(['outage-fenced', 'other-drivers'])(
    'is found with the permissions that the runbook lists: %s',
    async (name) => {
      const { run } = await driftAround(setting, name);
      const calls = new Set<string>();
      const operator = operatorOf(run.stage, ({ client, command }) => {
        calls.add(permissionOf(client, command));
      });
      await findDrift(operator, run.stage.plan);
      const runbook = await readFile(join(root, 'docs', 'operations.md'), 'utf8');
      const [, chapter = ''] = runbook.split('### What to change in your code');
      const missing = [...calls].filter((call) => !chapter.includes(`\`${call}\``));
      expect(calls.size).toBeGreaterThan(6);
      expect(missing).toEqual([]);
    },
  );

  it('is told to an operator, the fence first', async () => {
    const { run } = await driftAround(setting, 'outage-fenced');
    const { status, out } = await driftCommandOn(run.stage);
    expect(status).toBe(1);
    expect(out[0]).toBe('orders: 4 differences, 0 not read, 1 without drift');
    const titles = out.filter((line) => /^\d\. /.test(line));
    expect(titles).toEqual([`1. ${fence}`, `2. ${replica}`, `3. ${marker}`, `4. ${group}`]);
    expect(out).toContain('   Found: minimum 2, desired 2, maximum 2');
    expect(out).toContain('   Before: minimum 1, desired 1, maximum 2');
  });
});
