import { describe, expect, it } from '@jest/globals';
import { noCounts } from '../../../core/reconcile/comparison.ts';
import type { RowReport } from '../../../core/reconcile/comparison.ts';
import { masked, strangersIn } from '../../../core/reconcile/mask.ts';
import type { PageHead } from '../../../core/reconcile/report-head.ts';
import { reportPage } from '../../../core/reconcile/report-page.ts';
import { withUnits } from '../../../core/reconcile/units.ts';
import { obstacle, row } from './samples.ts';

const head: PageHead = {
  format: 1,
  comparedAt: '2026-11-26T15:00:00.000Z',
  source: { kind: 'comparison', why: 'There is no slot.' },
  origin: { systemId: '7', writerTimeline: 2, database: 'shop' },
  tables: [
    { table: 'orders', counts: { ...noCounts, lostInsert: 1, conflict: 1 } },
    { table: 'people', counts: noCounts },
  ],
  leftOut: [{ table: 'audit', why: 'It has no primary key.', rows: 12 }],
  sequences: [{ schema: 'public', name: 'orders_id_seq', old: '60', writer: '20' }],
  blindSpots: ['Large objects are not compared.'],
  rows: 2,
  rowsDigest: 'a'.repeat(64),
};
const page = async (rows: readonly RowReport[], mask: readonly string[] = []): Promise<string> =>
  (await reportPage(head, withUnits(rows, []), mask)).replaceAll(/\s+/g, ' ');

describe('the report for people', () => {
  it('says that nothing is missing where nothing is', async () => {
    expect(await page([])).toContain('Nothing of the old primary is missing');
  });

  it('tells the story, what was not compared, and what it cannot see', async () => {
    const text = await page([row('1'), row('2', { class: 'conflict' })]);
    expect(text).toContain('2 rows of the old primary never reached the writer');
    expect(text).toContain('They belong to 2 transactions.');
    expect(text).toContain('audit, 12 rows: It has no primary key.');
    expect(text).toContain('orders_id_seq: 60 there, 20 on the writer');
    expect(text).toContain('Large objects are not compared.');
    expect(text).toContain('1 other table is the same on both sides.');
  });

  it('shows what stands in the way, and what helps', async () => {
    const blocked = row('1', { obstacles: [obstacle({ columns: ['number'], why: 'taken' })] });
    const text = await page([blocked]);
    expect(text).toContain('--renumber orders.number');
    expect(text).toContain('taken');
  });

  it('takes everything from outside as text, and loads nothing', async () => {
    const evil = { id: '1', note: '<img src=x onerror=alert(1)>', '<b>': '</style><script>' };
    const text = await page([row('1', { old: evil })]);
    expect(text).not.toMatch(/<img|<script|<b>/);
    expect(text).not.toMatch(/<[^>]*\b(src|href)=/);
    expect(text).toContain('&lt;img src=x');
  });

  it('shows both versions of a changed row, and only what differs', async () => {
    const versions = {
      old: { id: '1', note: 'there', same: 'same' },
      writer: { id: '1', note: 'here', same: 'same' },
    };
    const text = await page([row('1', { class: 'conflict', ...versions })]);
    expect(text).toContain('there');
    expect(text).toContain('here');
    expect(text).not.toContain('<th scope="row">same</th>');
  });

  it('says that a hidden column differs, and hides what it holds', async () => {
    const versions = { old: { id: '1', mail: 'a@x' }, writer: { id: '1', mail: 'b@x' } };
    const text = await page([row('1', { class: 'conflict', ...versions })], ['orders.mail']);
    expect(text).toContain('<th scope="row">mail</th>');
    expect(text).not.toMatch(/[ab]@x/);
  });

  it('shows 200 rows of a class, and says how many more there are', async () => {
    const many = Array.from({ length: 250 }, (_, at) => row('1', { key: { id: `k${at}` } }));
    const text = await page(many);
    expect(text.match(/<h3>/g)).toHaveLength(200);
    expect(text).toContain('And 50 more');
  });
});

describe('a mask', () => {
  const secret = row('1', {
    key: { mail: 'ada@example.com' },
    old: { mail: 'ada@example.com', note: null },
    obstacles: [obstacle({ why: 'mail=ada@example.com belongs to another row.' })],
  });

  it('hides values in columns, keys and words, and leaves NULL', () => {
    const hidden = JSON.stringify(masked(secret, ['orders.mail', '*.note']));
    expect(hidden).not.toContain('ada@example.com');
    expect(hidden).toContain('"note":null');
  });

  it('finds what hides nothing', () => {
    const tables = [{ schema: 'public', name: 'orders', columns: [{ name: 'mail' }] }];
    expect(strangersIn(['orders.mail', '*.mail'], tables)).toEqual([]);
    expect(strangersIn(['orders.mail', 'orders.mial'], tables)).toEqual(['orders.mial']);
  });
});
