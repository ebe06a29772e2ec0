import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { UsageError } from '../../../cli/io.ts';
import { simulateCommand } from '../../../cli/simulate.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import { scenarios } from '../../../lab/simulation/scenarios.ts';
import { drillPlanFile } from '../virtual/scene.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'failover-resilience-test-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function simulate(...args: string[]) {
  const said = { out: '', err: '' };
  const code = await simulateCommand(args, {
    out: (line) => (said.out += `${line}\n`),
    err: (line) => (said.err += `${line}\n`),
    isTerminal: false,
    ask: () => Promise.resolve(undefined),
  });
  return { code, ...said };
}

/** The drill's plan with some of its text replaced. */
async function planFile(from: string | RegExp, to: string): Promise<string> {
  const file = join(folder, 'plan.yaml');
  await writeFile(file, (await readFile(drillPlanFile, 'utf8')).replaceAll(from, to));
  return file;
}

const Report = z.object({
  scenarios: z.array(
    z.object({
      name: z.string(),
      path: z.array(z.string()),
      ends: z.array(z.object({ end: z.string(), runs: z.number() })),
      human: z.array(z.string()),
    }),
  ),
  weaknesses: z.array(z.object({ id: z.string(), shown: z.string().nullable() })),
  faults: z.object({ runs: z.number(), stopping: z.array(z.object({ stays: z.boolean() })) }),
});

describe('failover simulate --plan', () => {
  it('tells the mistakes of a plan as every command does', async () => {
    const file = await planFile('strategy: warmStandby', 'strategy: hotStandby');
    await expect(simulate('--plan', file)).rejects.toThrow(InvalidInputError);
    await expect(simulate('--plan', file)).rejects.toThrow(/plan\.yaml:\d+:\d+ strategy: found/);
  });

  it('refuses options that only a search knows', async () => {
    const args = ['--plan', drillPlanFile];
    await expect(simulate(...args, '--faults', 'none')).rejects.toThrow(UsageError);
    await expect(simulate(...args, '--budget', '5m')).rejects.toThrow(UsageError);
    await expect(simulate(...args, '--seeds', '0')).rejects.toThrow(UsageError);
  });

  it('breaks no scenario that was not chosen', async () => {
    const args = ['--plan', drillPlanFile, '--scenario', 'blip', '--seeds', '1'];
    const { code, out } = await simulate(...args);
    expect(out).toContain('Not tried: none of outage, outage-approved was chosen.');
    expect(out).toContain('No promise of the workflow was broken.');
    expect(code).toBe(0);
  }, 60_000);

  it('has a row for each scenario, weaknesses with proof, and faults of both kinds', async () => {
    const { out } = await simulate('--plan', drillPlanFile, '--seeds', '1', '--json');
    const report = Report.parse(JSON.parse(out));
    expect(report.scenarios.map(({ name }) => name)).toStrictEqual(
      scenarios.map(({ name }) => name),
    );
    expect(report.scenarios.every(({ path }) => path.length > 0)).toBe(true);
    expect(report.weaknesses.map(({ id }) => id)).toContain('unfenced-accepted');
    expect(report.weaknesses.every(({ shown }) => shown !== null)).toBe(true);
    expect(new Set(report.faults.stopping.map(({ stays }) => stays)).size).toBe(2);
  }, 300_000);
});
