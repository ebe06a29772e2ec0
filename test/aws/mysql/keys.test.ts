import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyOf } from '../../../aws/mysql/keys.ts';
import { createReader } from '../../../aws/mysql/reader.ts';
import { openSide } from '../../../aws/mysql/side.ts';
import { tablesOf } from '../../../aws/mysql/tables.ts';
import type { Key } from '../../../aws/reconcile/table-reader.ts';
import { describeOnMariadb } from './mariadb-present.ts';
import { DATABASE, openPair } from './pair.ts';
import type { Pair } from './pair.ts';

const one = { table: 't', nullable: 'no', part: 'no' } as const;

describe('the columns that tell rows apart', () => {
  it('are none of an index that holds NULL, a part of a column, or an expression', () => {
    expect(keyOf([{ ...one, index: 'u', name: 'a', nullable: 'yes' }])).toEqual([]);
    expect(keyOf([{ ...one, index: 'PRIMARY', name: 'a', part: 'yes' }])).toEqual([]);
    expect(keyOf([{ ...one, index: 'u', name: null }])).toEqual([]);
    const both = [
      { ...one, index: 'u', name: 'a' },
      { ...one, index: 'u', name: 'b', nullable: 'yes' as const },
    ];
    expect(keyOf(both)).toEqual([]);
  });

  it('are those of the primary key, or of the first index that will do', () => {
    const unique = { ...one, index: 'a', name: 'mail' };
    expect(keyOf([unique, { ...one, index: 'b', name: 'phone' }])).toEqual(['mail']);
    const primary = ['year', 'number'].map((name) => ({ ...one, index: 'PRIMARY', name }));
    expect(keyOf([unique, ...primary])).toEqual(['year', 'number']);
  });
});

/** Keys of each kind, whose order as text is another one than that of the server. */
const kinds: readonly [columns: string, key: string, values: readonly string[]][] = [
  ['a int', 'a', ['(-10)', '(-9)', '(0)', '(9)', '(10)']],
  ['a bigint unsigned', 'a', ['(9)', '(9007199254740993)', '(18446744073709551615)', '(10)']],
  ['a decimal(30,10)', 'a', ['(-1.5)', '(10)', '(9)', '(0.0000000001)', '(0)']],
  ['a double', 'a', ['(0.1)', '(0.30000000000000004)', '(0.3)', '(1e300)', '(-1e-7)']],
  ['a float', 'a', ['(0.1)', '(0.2)', '(16777216)', '(-3.4e38)', '(0)']],
  ['a bit(64)', 'a', [`(b'${'1'.repeat(64)}')`, '(1)', '(0)', '(10)', '(9)']],
  ['a binary(3)', 'a', [`(x'00')`, `(x'ff')`, `('a')`, `('A')`, `(x'2727')`]],
  ['a varbinary(9)', 'a', [`('')`, `(x'00')`, `(x'0000')`, `('\\\\')`, `('''')`]],
  ['a varchar(9) COLLATE utf8mb4_general_ci', 'a', [`('a')`, `('B')`, `('c')`, `('é1')`, `('')`]],
  ['a varchar(9) COLLATE utf8mb4_bin', 'a', [`('a')`, `('A')`, `('B')`, `('\\\\')`, `('it''s')`]],
  ['a varchar(9) CHARACTER SET latin1', 'a', [`('ä')`, `('z')`, `('Z1')`, `('€')`, `('ÿ')`]],
  [`a enum('z','y','x','')`, 'a', [`('z')`, `('y')`, `('x')`, `('')`]],
  [`a set('z','y','x')`, 'a', [`('z')`, `('y')`, `('z,y')`, `('')`, `('x')`]],
  ['a date', 'a', [`('0000-00-00')`, `('2026-02-01')`, `('2026-10-01')`, `('1999-01-01')`]],
  ['a timestamp(6)', 'a', [`('2026-10-25 00:30:00')`, `('2026-10-25 00:30:00.000001')`, `(0)`]],
  ['a time(1)', 'a', [`('-100:00:00.5')`, `('-9:00:00')`, `('10:00:00')`, `('9:00:00')`]],
  ['a uuid', 'a', [`('b97a9f21-e9c4-11f1-8c7e-02fc00000001')`, '(UUID())', '(UUID())']],
  ['a inet6', 'a', [`('::1')`, `('::2')`, `('::ffff:10.0.0.1')`, `('fe80::1')`]],
  [
    'a int, b varchar(9), c int',
    'b, a, c',
    [`(1,'a',1)`, `(1,'a',2)`, `(1,'b',1)`, `(2,'a',1)`, `(2,'a',2)`, `(2,'B',9)`],
  ],
];

describeOnMariadb('a table of MariaDB', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair();
    await pair.fork([]);
  }, 60_000);
  afterAll(() => pair.close());

  it.each(kinds)('is cut by its key: %s', async (columns, key, values) => {
    await pair.old.run(
      [
        `SET sql_mode = '', time_zone = '+00:00'`,
        'DROP TABLE IF EXISTS keyed',
        `CREATE TABLE keyed (more int, ${columns}, PRIMARY KEY (${key}))`,
        `INSERT INTO keyed (${key.split(', ').toSorted().join(', ')}) VALUES ${values.join(', ')}`,
      ],
      DATABASE,
    );
    const side = await openSide('The old primary', pair.old.url(DATABASE));
    try {
      const table = (await tablesOf(side)).find(({ name }) => name === 'keyed');
      if (table === undefined) throw new Error('The catalog shows no table.');
      const reader = createReader(side, table);
      const ranges = await reader.cut({ from: undefined, to: undefined }, 2);
      expect(ranges).toHaveLength(Math.floor(values.length / 2) + 1);
      const every = { count: 128, numbers: [...Array(128).keys()] };
      const keys: Key[] = [];
      for (const range of ranges) {
        const rows = await reader.rowsIn(range, every);
        expect((await reader.printOf(range)).rows).toBe(rows.length);
        expect(rows.length).toBeLessThanOrEqual(2);
        keys.push(...rows.map((row) => row.key));
      }
      expect(new Set(keys.map(String)).size).toBe(values.length);
      const versions = await reader.versionsOf(keys);
      expect(versions.map((version) => version?.key)).toEqual(keys);
    } finally {
      await side.close();
    }
  });
});
