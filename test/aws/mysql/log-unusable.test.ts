import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readCapture } from '../../../aws/mysql/capture.ts';
import { readLog } from '../../../aws/mysql/log.ts';
import { openSide } from '../../../aws/mysql/side.ts';
import { apartByMariadb } from '../../../core/reconcile/gtid.ts';
import { until } from '../../lab/parts/support.ts';
import { compareAfter, GOES_ON, ITEMS, THREE } from './items.ts';
import { describeOnMariadb } from './mariadb-present.ts';
import { DATABASE, openPair } from './pair.ts';
import type { Pair } from './pair.ts';

describeOnMariadb('a binary log that does not tell everything', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair();
  }, 60_000);
  afterAll(() => pair.close());

  it.each([
    ['a TRUNCATE', ['TRUNCATE TABLE items'], 'a statement without its rows: TRUNCATE TABLE items'],
    ['statements', [`SET binlog_format = STATEMENT`, 'DELETE FROM items'], 'DELETE FROM items'],
    [
      'parts of rows',
      [`SET binlog_row_image = MINIMAL`, `UPDATE items SET value = 'z' WHERE id = 1`],
      'it has not every column of items (binlog_row_image is not FULL)',
    ],
  ])('explains nothing if it has %s, and the reason is told', async (_, there, words) => {
    const { source, rows } = await compareAfter(pair, [ITEMS, THREE], there, []);
    expect(source.kind).toBe('twoWay');
    expect(source.why).toContain('The binary log of the old primary explains nothing: ');
    expect(source.why).toContain(words);
    expect(rows.every(({ class: kind }) => kind === 'unclear')).toBe(true);
  });

  it('explains nothing if it was removed, and the reason is told', async () => {
    await pair.fork([ITEMS, THREE]);
    await pair.old.run([`UPDATE items SET value = 'z'`, 'FLUSH BINARY LOGS'], DATABASE);
    // It is removed once InnoDB needs it no more.
    await until('the log is not removed', async () => {
      await pair.old.run([`PURGE BINARY LOGS TO 'bin.000002'`]);
      return !(await pair.old.read('SHOW BINARY LOGS')).join().includes('bin.000001');
    });
    await pair.old.run(['DELETE FROM items WHERE id = 1'], DATABASE);
    await pair.writer.run([GOES_ON], DATABASE);
    const { source } = await pair.compare();
    expect(source.kind).toBe('twoWay');
    expect(source.why).toContain('Could not find GTID state requested by slave');
  });

  it('explains nothing if it has rows of a table that is not known', async () => {
    await pair.fork([ITEMS, THREE]);
    await pair.old.run(['DELETE FROM items WHERE id = 1', GOES_ON], DATABASE);
    const side = await openSide('The old primary', pair.old.url(DATABASE));
    try {
      const apart = apartByMariadb('0-1-6', '0-1-5');
      if (apart === undefined) throw new Error('Nothing is lost.');
      const captured = readCapture({ old: side, writer: side }, { tables: [], others: [] }, apart);
      await expect(captured).rejects.toThrow(
        'it has rows of items, which the catalog does not show',
      );
    } finally {
      await side.close();
    }
  });

  it('explains nothing if it ends too early, or the server goes away', async () => {
    await pair.fork([ITEMS, THREE]);
    await pair.old.run([GOES_ON], DATABASE);
    const side = await openSide('The old primary', pair.old.url(DATABASE));
    try {
      const apart = apartByMariadb('0-1-99', '0-1-5');
      if (apart === undefined) throw new Error('Nothing is lost.');
      const early = readLog(side, apart, () => undefined, 300);
      await expect(early).rejects.toThrow('it ends before the last lost transaction');
      const nowhere = { ...side, connection: { ...side.connection, port: 1 } };
      await expect(readLog(nowhere, apart, () => undefined)).rejects.toThrow('ECONNREFUSED');
    } finally {
      await side.close();
    }
  });
});
