import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { checkPlan, loadPlans } from '../../aws/plan-file.ts';
import { reversePlan } from '../../aws/reverse-plan.ts';
import { planCommand } from '../../cli/plan.ts';
import { terminalOf } from './operator.ts';

const root = join(import.meta.dirname, '..', '..');
const shop = join(root, 'plans', 'shop.yaml');
const sound = join(root, 'test', 'fixtures', 'plans', 'sound.yaml');
const broken = join(root, 'test', 'fixtures', 'plans', 'broken', 'many-at-once.yaml');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reverse-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function reverse(...args: string[]) {
  const { out, err, run } = terminalOf();
  const code = await run(planCommand, 'reverse', ...args);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('failover plan reverse refuses', () => {
  it.each([[[]], [[shop, sound]], [['--json', shop]], [['--yes', shop]]])(
    '%j, as wrong usage',
    async (args) => {
      const { code, out, err } = await reverse(...args);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('Examples:');
    },
  );

  it('a folder of several plans', async () => {
    const { code, err } = await reverse(join(root, 'test', 'fixtures', 'plans'));
    expect(code).toBe(2);
    expect(err).toContain('has several plans; reverse takes one file.');
  });

  it('a plan with mistakes, and names them', async () => {
    const { code, out, err } = await reverse(broken);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('many-at-once.yaml:1:7 name: found "Shop"; expected');
  });

  it('a plan without a way back', async () => {
    const { code, out, err } = await reverse(sound);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('sound.yaml: found no section failback; expected one');
  });

  it('a file that is not there', async () => {
    expect(await reverse('no-such.yaml')).toMatchObject({ code: 1, out: '' });
  });
});

describe('failover plan reverse', () => {
  it('prints a plan, and beside it what keeps it from being deployed as it is', async () => {
    const [plan] = await loadPlans(shop);
    if (plan === undefined) throw new Error('no plan');
    const { code, out, err } = await reverse(shop);
    expect(code).toBe(0);
    expect(parse(out)).toEqual(JSON.parse(JSON.stringify(reversePlan(plan))));
    expect(out).toMatch(/^# shop reversed: eu-central-1 is the primary, eu-west-1 the standby\./);
    const lines = err.split('\n');
    expect(lines[0]).toBe('To be changed before it is deployed:');
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^reversed:\d+:1 notifications: found no sns topic in eu-west-1;/),
      expect.stringMatching(/^reversed:\d+:\d+ notifications\[2\]\.topicArn: found an ARN in/),
    ]);
  });

  it('prints one that may be deployed with a topic of that Region, and back again', async () => {
    const [plan] = await loadPlans(shop);
    if (plan === undefined) throw new Error('no plan');
    const there = (await reverse(shop)).out.replace('sns:eu-central-1', 'sns:eu-west-1');
    const file = join(folder, 'there.yaml');
    await writeFile(file, there);
    expect(checkPlan(there, 'there')).toMatchObject({ ok: true });
    const again = (await reverse(file)).out.replace('sns:eu-west-1', 'sns:eu-central-1');
    expect(parse(again)).toEqual(JSON.parse(JSON.stringify(plan)));
  });
});
