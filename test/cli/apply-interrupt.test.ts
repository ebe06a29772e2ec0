import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { compareCommand } from '../../cli/compare.ts';
import { DATABASE_USER } from '../../lab/parts/postgres-cluster.ts';
import { fork, read, run } from '../aws/postgres/diverging.ts';
import { describeOnPostgres } from '../lab/simulation/postgres-present.ts';
import type { RealPair } from '../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../lab/simulation/postgres-template.ts';

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
const WRITES = 5000;
const silent = {
  out: () => undefined,
  err: () => undefined,
  isTerminal: false,
  ask: () => Promise.resolve(undefined),
};

describeOnPostgres('Ctrl-C in the middle of failover apply', () => {
  let template: PairTemplate;
  let pair: RealPair;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'region-failover-'));
    template = await makePairTemplate();
    pair = await template.open();
    await fork(pair, ['INSERT INTO writes VALUES (1)']);
    await run(pair, 'primary', [
      `DO $$ BEGIN FOR n IN 2..${WRITES} LOOP INSERT INTO writes VALUES (n); COMMIT; END LOOP; END $$`,
    ]);
    await pair.promote();
  }, 60_000);
  afterAll(async () => {
    await pair.close();
    await template.close();
    await rm(folder, { recursive: true });
  });

  const urlOf = (place: 'primary' | 'standby'): string => {
    const { port, password } = pair.server(place);
    return `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/postgres`;
  };

  /** Runs it as a process of its own, and presses Ctrl-C once something was applied. */
  async function apply(isInterrupted: boolean) {
    const args = ['--writer', urlOf('standby'), '--approve', 'lostInsert', '--by', 'ada'];
    const child = spawn(
      process.execPath,
      [main, 'apply', join(folder, 'report'), ...args, '--confirm', 'postgres'],
      { timeout: 100_000, killSignal: 'SIGKILL' },
    );
    let out = '';
    child.stdout.on('data', (part: Buffer) => (out += part.toString()));
    child.stderr.resume();
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    while (isInterrupted && (await count()) < 10) continue;
    if (isInterrupted) child.kill('SIGINT');
    return { code: await ended, out };
  }

  async function count(): Promise<number> {
    const [rows = '{}'] = await read(pair, 'standby', 'SELECT count(*)::int FROM writes');
    return Number(/\d+/.exec(rows)?.[0] ?? 0);
  }

  it('stops between two transactions, says so, and goes on when it is run again', async () => {
    const report = join(folder, 'report');
    const sides = ['--old', urlOf('primary'), '--writer', urlOf('standby')];
    await compareCommand([...sides, '--report', report], silent);
    const first = await apply(true);
    expect(first.code).toBe(130);
    expect(first.out).toMatch(/^\d+ transactions \(\d+ rows\) applied\.$/m);
    expect(first.out).toMatch(/\d+ rows were not reached\. Run it again to go on\./);
    const done = await count();
    expect(done).toBeLessThan(WRITES);
    expect(first.out).toContain(`${done - 1} transactions (${done - 1} rows) applied.`);
    const rest = await apply(false);
    expect(rest.code).toBe(0);
    expect(rest.out).toContain(`${done - 1} transactions (${done - 1} rows) applied before.`);
    expect(await count()).toBe(WRITES);
  }, 120_000);
});
