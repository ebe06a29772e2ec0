import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { decideOnPage } from '../../../lab/drill/decide-on-page.ts';
import { visitByHttp } from '../../../lab/front-door/visit.ts';

const main = join(import.meta.dirname, '..', '..', '..', 'cli', 'main.ts');
const seconds = z.number().nonnegative();

const Drill = z.strictObject({
  scenario: z.string(),
  seed: z.literal(1),
  outcome: z.string(),
  asExpected: z.boolean(),
  path: z.array(z.string()).min(3),
  transitions: z.int().positive(),
  rto: z.strictObject({
    targetSeconds: seconds,
    measuredSeconds: seconds.nullable(),
    overheadSeconds: seconds.nullable(),
    phases: z.record(z.string(), z.number()),
  }),
  rpo: z.strictObject({
    targetSeconds: seconds,
    predictedBoundSeconds: seconds.nullable(),
    measuredSeconds: seconds.nullable(),
  }),
  writes: z.strictObject({
    attempted: z.int().positive(),
    acknowledged: z.int().positive(),
    onNewPrimary: z.int(),
    lost: z.int(),
    unexplained: z.literal(0),
  }),
  lostWrites: z.array(
    z.strictObject({
      id: z.string(),
      acknowledgedAt: z.iso.datetime(),
      promotion: z.enum(['before', 'after']),
    }),
  ),
  promotions: z.int(),
  notifications: z
    .array(
      z.strictObject({
        at: z.string(),
        channel: z.string(),
        subject: z.string(),
        body: z.string(),
      }),
    )
    .min(1),
  incident: z.looseObject({}).nullable(),
  faults: z.array(z.string()),
});
type Drill = z.infer<typeof Drill>;

async function drill(args: readonly string[], killAfter?: [number, NodeJS.Signals]) {
  const child = spawn(process.execPath, [main, 'drill', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A drill that never ends fails its test, and not the whole file.
    timeout: 70_000,
    killSignal: 'SIGKILL',
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  const timer = killAfter && setTimeout(() => child.kill(killAfter[1]), killAfter[0]);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return { code, out, pid: child.pid ?? 0 };
}

interface Row {
  readonly args: readonly string[];
  readonly outcome: string;
  readonly promotions: number;
}
const rows: readonly Row[] = [
  { args: ['--scenario', 'region-outage'], outcome: 'recovered', promotions: 1 },
  { args: ['--strategy', 'pilotLight'], outcome: 'recovered', promotions: 1 },
  { args: ['--scenario', 'rpo-breach', '--approve'], outcome: 'recovered', promotions: 1 },
  { args: ['--scenario', 'rpo-breach', '--reject'], outcome: 'rejected', promotions: 0 },
  // The other ways to answer, each the real one.
  ...['mail', 'slack', 'cli'].map((way) => ({
    args: ['--scenario', 'rpo-breach', '--approve-by', way],
    ...{ outcome: 'recovered', promotions: 1 },
  })),
  { args: ['--scenario', 'false-alarm'], outcome: 'stoodDown', promotions: 0 },
  { args: ['--scenario', 'link-cut'], outcome: 'stoodDown', promotions: 0 },
  { args: ['--scenario', 'no-capacity'], outcome: 'failed', promotions: 1 },
  { args: ['--scenario', 'duplicate-alarms'], outcome: 'recovered', promotions: 1 },
  { args: ['--scenario', 'primary-returns'], outcome: 'recovered', promotions: 1 },
];

const done = new Map<Row, { code: number | null; out: string }>();

async function leftovers(): Promise<string[]> {
  const names = await readdir(tmpdir());
  return names.filter((name) => name.startsWith('region-failover-drill-'));
}

describe('failover drill', () => {
  // Two at a time, which also shows that two drills do not disturb each other.
  beforeAll(async () => {
    const queue = [...rows];
    const work = async (): Promise<void> => {
      for (let row = queue.shift(); row; row = queue.shift()) done.set(row, await drill(row.args));
    };
    await Promise.all([work(), work()]);
  }, 400_000);

  it.each(rows)('$args: ends as $outcome, and every write is accounted for', (row) => {
    const { code, out } = done.get(row) ?? { code: null, out: '' };
    const found: Drill = Drill.parse(JSON.parse(out));
    expect({ code, outcome: found.outcome, faults: found.faults }).toStrictEqual({
      code: 0,
      outcome: row.outcome,
      faults: [],
    });
    expect(found.promotions).toBe(row.promotions);
    expect(found.asExpected).toBe(true);
    const { acknowledged, onNewPrimary, lost, unexplained } = found.writes;
    expect(onNewPrimary + lost + unexplained).toBe(acknowledged);
    const { measuredSeconds, predictedBoundSeconds } = found.rpo;
    if (row.outcome === 'recovered') {
      expect(measuredSeconds).toBeLessThanOrEqual(predictedBoundSeconds ?? -1);
      expect(found.rto.measuredSeconds).not.toBeNull();
    }
  });

  it('prints a link and waits, until somebody decides there', async () => {
    const args = [main, 'drill', '--json', '--scenario', 'rpo-breach'];
    const child = spawn(process.execPath, args, { timeout: 70_000, killSignal: 'SIGKILL' });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said.out += chunk));
    const link = await new Promise<string>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        said.err += chunk;
        const found = /: (http:\/\/127\.0\.0\.1\S+\/approvals\/\S+)\n/.exec(said.err)?.[1];
        if (found !== undefined) resolve(found);
      });
      void ended.then(() => {
        reject(new Error(`No link was printed: ${said.err}`));
      });
    });
    const waited = await Promise.race([ended, new Promise((go) => setTimeout(go, 3000, 'waits'))]);
    expect({ waited, out: said.out }).toStrictEqual({ waited: 'waits', out: '' });
    expect(said.err).toContain('Open one of these pages to decide, until ');
    const { status, title } = await decideOnPage(visitByHttp, link, 'rejected', 'not today');
    expect({ status, title }).toEqual({ status: 200, title: expect.stringContaining('Rejected') });
    expect(await ended).toBe(0);
    expect(Drill.parse(JSON.parse(said.out))).toMatchObject({ outcome: 'rejected', promotions: 0 });
  }, 80_000);

  it.each<NodeJS.Signals>(['SIGINT', 'SIGKILL'])(
    'leaves nothing behind after %s in the middle',
    async (signal) => {
      const before = await leftovers();
      const { code } = await drill([], [6000, signal]);
      expect(code).not.toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 6000));
      const after = (await leftovers()).filter((name) => !before.includes(name));
      expect(after).toStrictEqual([]);
    },
    60_000,
  );
});
