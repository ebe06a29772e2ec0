import { describe, expect, it } from '@jest/globals';
import type { RowReport } from '../../../core/reconcile/comparison.ts';
import type { PageHead } from '../../../core/reconcile/report-head.ts';
import { reportPage } from '../../../core/reconcile/report-page.ts';

const HEAD: PageHead = {
  ...{ format: 1, comparedAt: '2026-11-26T10:00:00.000Z', tables: [], leftOut: [], sequences: [] },
  origin: { systemId: '7', writerTimeline: 2, database: 'shop' },
  source: { kind: 'comparison', why: 'There is <no> slot.' },
  ...{ blindSpots: [], rows: 1, rowsDigest: '0'.repeat(64) },
};
const ROW: RowReport = {
  ...{ schema: 'public', name: 'orders', key: { id: '1' }, class: 'conflict', why: 'Both.' },
  ...{ transaction: null, unit: 'u', oldPrint: '1 1', writerPrint: '1 1', obstacles: [] },
  ...{ old: { id: '1', mail: 'there' }, writer: { id: '1', mail: 'here' }, base: null },
};
const BASE: RowReport = { ...ROW, base: { id: '1', mail: 'first@there' } };

describe('the page of a report with rows as they were at the fork', () => {
  it('hides what is masked at the fork too', async () => {
    const page = await reportPage(HEAD, [BASE], ['orders.mail']);
    expect(page).toContain('At the fork');
    for (const value of ['first@there', '>there<', '>here<']) expect(page).not.toContain(value);
  });

  it('has a third column where a row at the fork is known, and none else', async () => {
    expect(await reportPage(HEAD, [ROW], [])).not.toContain('At the fork');
    const page = await reportPage(HEAD, [BASE], []);
    expect(page.replace(/\s+/g, ' ')).toMatch(
      /At the fork.*Old primary.*Writer.*>mail<.*>first@there<.*>there<.*>here</,
    );
  });

  it('says what explains the rows, and escapes it', async () => {
    const page = await reportPage(HEAD, [ROW], []);
    expect(page).toContain('No slot explains what differs');
    expect(page).toContain('There is &lt;no&gt; slot.');
    const source = { kind: 'slot', why: 'It kept 1.' } as const;
    expect(await reportPage({ ...HEAD, source }, [ROW], [])).toContain('A slot of the old primary');
  });
});
