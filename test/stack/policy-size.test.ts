import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { loadPlans } from '../../aws/plan-file.ts';
import { MOST_POLICY_CHARACTERS, policyCharacters } from '../../aws/stack/policy-size.ts';
import { describeStack } from '../../aws/stack/stack.ts';
import { substitute } from '../../lab/substitute.ts';
import { packTemplate } from '../../lab/template.ts';
import { drillPlanFile, shopPlanFile } from '../lab/virtual/scene.ts';

const REGION = 'eu-central-1';
const Policies = z.object({ Policies: z.array(z.object({ PolicyDocument: z.unknown() })) });
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plans-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** So many plans, each of other resources: the shop and the drill in turn, with their failback. */
async function planFiles(count: number): Promise<string> {
  const texts = await Promise.all(
    [shopPlanFile, drillPlanFile].map((file) => readFile(file, 'utf8')),
  );
  const files = Array.from({ length: count }, async (_, index) => {
    const file = join(folder, `plan-${index}.yaml`);
    const text = (texts[index % 2] ?? '')
      .replaceAll('orders', `orders${index}`)
      .replaceAll('shop', `shop${index}`)
      .replaceAll(/(sg-0\w{15})\w/g, `$1${index % 10}`)
      .replaceAll(/targetgroup\/([a-z0-9-]+)\/\w{15}/g, `$&${index % 10}`);
    await writeFile(file, text);
    return file;
  });
  return (await Promise.all(files)).join(',');
}

async function sizesOf(FAILOVER_PLANS: string): Promise<[name: string, size: number][]> {
  const { resources } = await describeStack({ FAILOVER_PLANS });
  return Object.entries(resources.Resources).map(([id, each]) => [
    id,
    policyCharacters(each, REGION),
  ]);
}

describe('the policies of a role', () => {
  it('fit into what IAM takes with five plans and their way back', async () => {
    const files = await planFiles(5);
    const plans = await loadPlans(files);
    expect(plans.filter(({ failback }) => failback !== undefined)).toHaveLength(5);
    const sizes = (await sizesOf(files)).map(([, size]) => size);
    // Every plan is in it: a role of one plan is far smaller.
    expect(Math.max(...sizes)).toBeGreaterThan(5000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST_POLICY_CHARACTERS);
  });

  it('are not estimated smaller than they are once CloudFormation knows every name', async () => {
    const template = await packTemplate(`${shopPlanFile},${drillPlanFile}`);
    const { resources } = substitute(template, REGION);
    const estimates = await sizesOf(`${shopPlanFile},${drillPlanFile}`);
    const roles = estimates.filter(([, size]) => size > 0);
    expect(roles.length).toBeGreaterThan(20);
    for (const [id, estimate] of roles) {
      const { Policies: found } = Policies.parse(resources.get(id)?.properties);
      const size = JSON.stringify(found[0]?.PolicyDocument).length;
      expect([id, estimate >= size, estimate < size * 1.5]).toEqual([id, true, true]);
    }
  }, 60_000);

  it('that get too large are refused before anything is deployed, with what to do', async () => {
    const refused = describeStack({ FAILOVER_PLANS: await planFiles(20) });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
    await expect(refused).rejects.toThrow(/RebuildReplicaRole: about 1\d{4} characters of policy/);
    await expect(refused).rejects.toThrow('FAILOVER_PLANS names the files of each');
    await expect(refused).rejects.toThrow(`${MOST_POLICY_CHARACTERS} characters for a role`);
  });
});
