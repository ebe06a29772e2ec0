import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { applyCommand } from '../../cli/apply.ts';
import { compareCommand } from '../../cli/compare.ts';
import type { Command } from '../../cli/io.ts';
import { DATABASE_USER } from '../../lab/parts/postgres-cluster.ts';
import { fork, read, run } from '../aws/postgres/diverging.ts';
import { describeOnPostgres } from '../lab/simulation/postgres-present.ts';
import type { RealPair } from '../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../lab/simulation/postgres-template.ts';

async function call(command: Command, args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await command([...args], {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    isTerminal: false,
    ask: () => Promise.resolve(undefined),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
const apply = (...args: string[]) => call(applyCommand, args);

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'region-failover-'));
});
afterEach(() => rm(parent, { recursive: true }));

describe('failover apply', () => {
  it.each([
    [[], 'found 0 folders; expected that of one report'],
    [['report'], '--by NAME is missing'],
    [['report', '--by', 'ada'], '--approve LIST is missing'],
    [['/nowhere', '--by', 'ada', '--approve', 'lostInsert'], '/nowhere/report.json cannot be read'],
  ])('refuses %j', async (args, words) => {
    await expect(apply(...args)).rejects.toThrow(words);
  });

  it('refuses a folder that holds something else', async () => {
    await writeFile(join(parent, 'report.json'), '{"format": 2}');
    await expect(apply(parent, '--by', 'ada', '--approve', 'lostInsert')).rejects.toThrow(
      'is not what compare --report wrote',
    );
  });
});

describeOnPostgres('failover compare --report, and failover apply', () => {
  let template: PairTemplate;
  let pair: RealPair;
  let report: string;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  const urlOf = (place: 'primary' | 'standby'): string => {
    const { port, password } = pair.server(place);
    return `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/postgres`;
  };
  const compare = (...more: string[]) =>
    call(compareCommand, ['--old', urlOf('primary'), '--writer', urlOf('standby'), ...more]);

  beforeEach(async () => {
    report = join(parent, 'report');
    pair = await template.open();
    await fork(pair, [
      'CREATE TABLE people (id int PRIMARY KEY, mail text, note text)',
      `INSERT INTO people VALUES (1, 'a@example.com', 'base'), (2, 'b@example.com', 'base')`,
    ]);
    await run(pair, 'primary', [
      `INSERT INTO people VALUES (3, 'secret@example.com', '<script>alert(1)</script>')`,
      `UPDATE people SET note = 'there' WHERE id IN (1, 2)`,
    ]);
    await pair.promote();
    await run(pair, 'standby', [`UPDATE people SET note = 'here' WHERE id = 2`]);
  }, 60_000);
  afterEach(() => pair.close());

  it('writes a report that only its owner can read, and never over another one', async () => {
    const { code, err } = await compare('--report', report, '--mask', 'people.mail');
    expect(code).toBe(1);
    expect(err).toContain(`wrote ${join(report, 'report.html')}`);
    expect((await stat(report)).mode & 0o077).toBe(0);
    const page = await readFile(join(report, 'report.html'), 'utf8');
    expect(page).toContain('3 rows of the old primary never reached the writer');
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('secret@example.com');
    const sql = await readFile(join(report, 'apply.sql'), 'utf8');
    expect(sql).toContain(`INSERT INTO "public"."people"`);
    await expect(compare('--report', report)).rejects.toThrow('expected a name that is not taken');
  });

  it('refuses a mask that hides nothing: a typo would show what should be hidden', async () => {
    await expect(compare('--report', report, '--mask', 'people.email')).rejects.toThrow(
      '--mask: found "people.email"; expected TABLE.COLUMN or *.COLUMN.',
    );
    await expect(compare('--mask', 'people.mail')).rejects.toThrow('--report DIR is missing');
  });

  it('refuses rows that were changed since the report was written', async () => {
    await compare('--report', report);
    const file = join(report, 'rows.jsonl');
    await writeFile(file, (await readFile(file, 'utf8')).replace('there', 'forged'));
    await expect(apply(report, '--by', 'ada', '--approve', 'lostInsert')).rejects.toThrow(
      'is not the file of this report',
    );
  });

  it('refuses what no row of the report is, and conflicts that nobody named', async () => {
    await compare('--report', report);
    const dry = ['--by', 'ada', '--dry-run'] as const;
    const approve = (item: string) => apply(report, ...dry, '--approve', item);
    await expect(apply(report, ...dry, '--row', 'people:id=9')).rejects.toThrow(
      'Found "people:id=9", which is no row',
    );
    await expect(approve('conflict')).rejects.toThrow('expected TABLE:conflict');
    await expect(approve('inserts')).rejects.toThrow('expected one of lostInsert');
  });

  it('says what it would do, and does nothing until the database is named', async () => {
    await compare('--report', report);
    const asked = ['--by', 'ada', '--approve', 'lostInsert,lostUpdate'] as const;
    const dry = await apply(report, ...asked, '--dry-run');
    expect(dry.out).toBe(
      '1 transaction (1 row) will be applied.\n' +
        '1 transaction (2 rows) stay as they are: only a part of their rows was approved.\n' +
        '  people id=1 and 1 row with it: A transaction is applied as a whole, and a part of this ' +
        'one was not approved: people id=2 (conflict)',
    );
    const wrong = await apply(report, ...asked, '--writer', urlOf('standby'), '--confirm', 'shop');
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('Not done: "shop"') });
    expect(await read(pair, 'standby', 'SELECT id FROM people WHERE id = 3')).toEqual([]);
  });

  it('applies what was approved, keeps who did, and can be run again', async () => {
    await compare('--report', report);
    const args = [report, '--writer', urlOf('standby'), '--confirm', 'postgres', '--by', 'ada'];
    const first = await apply(...args, '--approve', 'lostInsert');
    expect(first.out).toContain('1 transaction (1 row) applied.');
    expect(first.out).toContain('1 transaction (2 rows) not approved, and left as they are.');
    expect(first.code).toBe(0);
    const all = await apply(...args, '--approve', 'lostInsert,lostUpdate', '--row', 'people:id=2');
    expect(all.out).toContain('1 transaction (2 rows) applied.');
    expect(all.out).toContain('1 transaction (1 row) applied before.');
    const note = 'SELECT id, note FROM people ORDER BY id';
    expect(await read(pair, 'standby', note)).toEqual(await read(pair, 'primary', note));
    const who = 'SELECT DISTINCT applied_by FROM region_failover.applied';
    expect(await read(pair, 'standby', who)).toEqual(['{"applied_by":"ada"}']);
    expect((await compare()).out).toContain('Nothing of the old primary is missing.');
  });

  it('says which transaction was refused, and why, and exits with 1', async () => {
    await compare('--report', report);
    await run(pair, 'standby', [`INSERT INTO people VALUES (3, 'late@example.com', '')`]);
    const args = [report, '--writer', urlOf('standby'), '--confirm', 'postgres', '--by', 'ada'];
    const { code, out } = await apply(...args, '--approve', 'lostInsert');
    expect(code).toBe(1);
    expect(out).toContain('people id=3: duplicate key value violates unique constraint');
  });
});
