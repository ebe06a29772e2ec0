import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { compareDatabase } from '../../functions/compare-database.ts';
import { comparable, reconcilePlan } from './reconcile-bench.ts';
import { takeOver } from './support.ts';
import type { Bench } from './support.ts';
import { sweep } from './sweep.ts';

const folder = (incident: { readonly id: string }, round = 'before'): string =>
  `reports/reconciliations/orders/${incident.id}/orders/${round}/`;

const ContentType = z.looseObject({ ContentType: z.string() });

const reportsOf = ({ world }: Pick<Bench, 'world'>): string[] =>
  [...world.objects.keys()].filter((key) => key.includes('/reconciliations/')).toSorted();

describe('CompareDatabase refuses, and writes nothing', () => {
  it('malformed input', async () => {
    const bench = await comparable();
    const { run, input, database } = bench;
    for (const change of [{ round: 'again' }, { database: {} }, { force: true }]) {
      const given = { ...input, database, round: 'before', ...change };
      await expect(run(compareDatabase, given)).rejects.toMatchObject({
        name: 'InvalidInputError',
      });
    }
    expect(reportsOf(bench)).toEqual([]);
  });

  it('when another incident holds the lock', async () => {
    const bench = await comparable();
    await takeOver(bench, bench.incident);
    await expect(bench.compare('before')).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(reportsOf(bench)).toEqual([]);
  });

  it('a plan without the section, a database without a connection, a secret that is none', async () => {
    const bench = await comparable();
    const { run, input, database, plan, world } = bench;
    const bare = { ...plan, reconciliation: undefined };
    const { connection, ...unconnected } = database ?? {};
    for (const change of [{ plan: bare }, { database: unconnected }]) {
      const given = { ...input, database, round: 'before', ...change };
      await expect(run(compareDatabase, given)).rejects.toMatchObject({ name: 'NotReadyError' });
    }
    const value = '{"username":"failover","pass":"hunter2"}';
    world.secrets.set(connection?.secret ?? '', {
      ...{ current: { id: 'version-1', value }, previous: undefined },
    });
    const refused = bench.compare('before');
    await expect(refused).rejects.toMatchObject({ name: 'NotReadyError' });
    await expect(refused).rejects.not.toThrow('hunter2');
    expect(reportsOf(bench)).toEqual([]);
  });

  it('an old primary that does not answer, or a bucket that refuses', async () => {
    const bench = await comparable();
    bench.facts.primaryIsUp = false;
    await expect(bench.compare('before')).rejects.toMatchObject({ name: 'UnreachableError' });
    bench.facts.primaryIsUp = true;
    bench.faults.inject('rejected', 4, 'PutObject');
    await expect(bench.compare('before')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    // The head comes last: this is no report.
    expect(bench.world.objects.has(`${folder(bench.incident)}report.json`)).toBe(false);
  });
});

describe('CompareDatabase', () => {
  it('finds what the writer lacks, and keeps the report of each round by its own name', async () => {
    const bench = await comparable();
    const before = await bench.compare('before');
    expect(before).toMatchObject({
      ...{ id: 'orders', rows: 3, applicable: 3, counts: { lostInsert: 3 } },
      ...{ report: `s3://${folder(bench.incident)}`, leftOut: [] },
    });
    await bench.compare('after');
    expect(reportsOf(bench)).toEqual(
      ['after', 'before'].flatMap((round) =>
        ['apply.sql', 'report.html', 'report.json', 'rows.jsonl'].map(
          (name) => `${folder(bench.incident, round)}${name}`,
        ),
      ),
    );
  });

  it('says how much of it the plan lets anybody approve', async () => {
    const plan = reconcilePlan({ apply: ['lostUpdate', 'users:lostInsert'] });
    const bench = await comparable(plan);
    expect(await bench.compare('before')).toMatchObject({ rows: 3, applicable: 0 });
  });

  it('writes types by which a browser shows the page, and nothing else', async () => {
    const bench = await comparable();
    await bench.compare('before');
    const puts = bench.faults.calls.filter(({ command }) => command === 'PutObjectCommand');
    const types = puts.slice(-4).map(({ input }) => ContentType.parse(input).ContentType);
    expect(types).toEqual([
      'text/html; charset=utf-8',
      'application/jsonl; charset=utf-8',
      'text/plain; charset=utf-8',
      'application/json',
    ]);
  });

  it('leaves the same world whatever fails once', async () => {
    await sweep(
      async () => await comparable(),
      async (bench) => await bench.compare('before'),
    );
  }, 60_000);
});
