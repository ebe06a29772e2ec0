import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import type { RowReport } from '../../../core/reconcile/comparison.ts';
import { noCounts } from '../../../core/reconcile/comparison.ts';
import { filesOf, parseReport, reportFiles } from '../../../core/reconcile/report-files.ts';
import { T0 } from '../support.ts';
import { row } from './samples.ts';

async function written(rows: readonly RowReport[] = [row('1'), row('2')], mask: string[] = []) {
  const comparison = {
    origin: { systemId: '7', writerTimeline: 2, database: 'shop' },
    source: { kind: 'comparison' as const, why: 'No slot.' },
    tables: [{ table: 'orders', counts: { ...noCounts, lostInsert: rows.length } }],
    ...{ leftOut: [], sequences: [], blindSpots: [], rows },
  };
  const { files } = await filesOf({ comparison, sql: 'SELECT 1;', comparedAt: new Date(T0), mask });
  return new Map(files.map(({ name, text }) => [name, text]));
}

const parse = async (files: ReadonlyMap<string, string>) =>
  await parseReport((name) =>
    Promise.resolve({ text: files.get(name) ?? '', place: `s3://reports/${name}` }),
  );

describe('the files of a report', () => {
  it('are read back as they were written', async () => {
    const { head, rows } = await parse(await written());
    expect(rows).toEqual([row('1'), row('2')]);
    expect(head).toMatchObject({ comparedAt: T0, rows: 2, origin: { database: 'shop' } });
  });

  it('are written with the head last: a report without one is not finished', async () => {
    expect([...(await written()).keys()]).toEqual(Object.values(reportFiles));
    expect(Object.values(reportFiles).at(-1)).toBe(reportFiles.head);
  });

  it('may hold no row, and rows with line feeds', async () => {
    expect((await parse(await written([]))).rows).toEqual([]);
    const odd = [row('1', { old: { id: '1', note: 'a\nb\u2028c"' } })];
    expect((await parse(await written(odd))).rows).toEqual(odd);
  });

  it('hide on the page what the mask names', async () => {
    const rows = [row('1', { old: { id: '1', note: 'secret-7' } })];
    expect((await written(rows)).get(reportFiles.page)).toContain('secret-7');
    expect((await written(rows, ['*.note'])).get(reportFiles.page)).not.toContain('secret-7');
  });
});

describe('a report is refused', () => {
  const change: Readonly<Record<string, (text: string) => string>> = {
    'rows that were changed': (text) => text.replace('"1"', '"9"'),
    'a row more': (text) => `${text}${text}`,
    'a row less': (text) => text.slice(text.indexOf('\n') + 1),
    'no rows': () => '',
  };
  it.each(Object.entries(change))('with %s', async (_, by) => {
    const files = await written();
    files.set(reportFiles.rows, by(files.get(reportFiles.rows) ?? ''));
    await expect(parse(files)).rejects.toThrow(
      's3://reports/rows.jsonl is not the file of this report',
    );
  });

  it.each([
    ['no head', '', 's3://reports/report.json: found no JSON'],
    ['a head that is none', '{"format":1}', 'report.json is not what compare --report wrote'],
    ['a list as its head', '[]', 'report.json is not what compare --report wrote'],
  ])('with %s', async (_, text, words) => {
    const files = await written();
    files.set(reportFiles.head, text);
    await expect(parse(files)).rejects.toThrow(words);
    await expect(parse(files)).rejects.toMatchObject({ name: 'InvalidInputError' });
  });

  it('with a head of another format, or with fields that nobody knows', async () => {
    const files = await written();
    const head = z.looseObject({}).parse(JSON.parse(files.get(reportFiles.head) ?? ''));
    for (const other of [{ format: 2 }, { more: 1 }]) {
      files.set(reportFiles.head, JSON.stringify({ ...head, ...other }));
      await expect(parse(files)).rejects.toMatchObject({ name: 'InvalidInputError' });
    }
  });

  it('with a row that is none, and the line is named', async () => {
    const lines = [row('1'), { ...row('2'), class: 'other' as const }];
    // The digest fits: whoever wrote it wrote rows that nobody can read.
    const files = await written(lines.map((each) => ({ ...each, class: 'lostInsert' as const })));
    const text = lines.map((each) => `${JSON.stringify(each)}\n`).join('');
    const { createHash } = await import('node:crypto');
    const rowsDigest = createHash('sha256').update(text).digest('hex');
    const head = z.looseObject({}).parse(JSON.parse(files.get(reportFiles.head) ?? ''));
    files.set(reportFiles.rows, text);
    files.set(reportFiles.head, JSON.stringify({ ...head, rowsDigest }));
    await expect(parse(files)).rejects.toThrow('rows.jsonl, line 2 is not what compare');
  });
});
