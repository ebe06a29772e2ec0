import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { hashOf } from '../../../aws/postgres/row-hash.ts';
import { tablesOf } from '../../../aws/postgres/tables.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { openSides, read, run } from './diverging.ts';

const columns = (count: number): string =>
  Array.from({ length: count }, (_, at) => `c${at} int`).join(', ');

describeOnPostgres('the hash of a row', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  /** How many hashes the rows of a table have. */
  async function count(
    create: readonly string[],
    values: readonly string[],
  ): Promise<readonly string[]> {
    const pair = await template.open();
    try {
      await run(pair, 'primary', [...create, `INSERT INTO t VALUES ${values.join(', ')}`]);
      const sides = await openSides(pair);
      const table = (await tablesOf(sides.old)).find(({ name }) => name === 't');
      await Promise.all([sides.old.close(), sides.writer.close()]);
      if (table === undefined) throw new Error('There is no table.');
      return await read(pair, 'primary', `SELECT DISTINCT ${hashOf(table)}::text AS hash FROM t`);
    } finally {
      await pair.close();
    }
  }

  it.each<[string, string[], string[]]>([
    [
      'texts',
      ['CREATE TABLE t (a text, b text)'],
      [
        '(NULL, NULL)',
        "('', NULL)",
        "(NULL, '')",
        "('', '')",
        "('.', '')",
        "('', '.')",
        "('a', 'b')",
        "('b', 'a')",
        "('ab', '')",
        "('', 'ab')",
        "('a.', 'b')",
        "('a', '.b')",
      ],
    ],
    [
      'numbers',
      ['CREATE TABLE t (a numeric, b float8)'],
      ['(1, 1)', '(1.0, 1)', '(NULL, 1)', '(1, NULL)', "(1, '-0')", '(1, 0)', "('NaN', 'NaN')"],
    ],
    [
      'types of users',
      ['CREATE TYPE pair AS (x int, y text)', 'CREATE TABLE t (a pair)'],
      ['(NULL)', '(ROW(NULL, NULL))', "(ROW(NULL, ''))", '(ROW(1, NULL))', "(ROW(1, 'NULL'))"],
    ],
    [
      'arrays and blanks',
      ['CREATE TABLE t (a text[], b bpchar)'],
      [
        "(NULL, 'x')",
        "('{}', 'x')",
        "('{NULL}', 'x')",
        "('{\"NULL\"}', 'x')",
        "('{}', 'x  ')",
        "('{a,b}', NULL)",
        '(\'{"a,b"}\', NULL)',
      ],
    ],
  ])(
    'differs where rows do: %s',
    async (_, create, values) => {
      expect(await count(create, values)).toHaveLength(values.length);
    },
    60_000,
  );

  it('is the same for the same row, and takes a row of a thousand columns', async () => {
    const row = `(${Array.from({ length: 1000 }, (_, at) => at).join(', ')})`;
    const other = row.replace('999', '7');
    expect(await count([`CREATE TABLE t (${columns(1000)})`], [row, row, other])).toHaveLength(2);
  }, 60_000);
});
