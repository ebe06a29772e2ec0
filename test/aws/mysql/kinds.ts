/** A column of each kind, and pairs of values that are easily taken for one another. */
export const columns: readonly [type: string, there: string, here: string][] = [
  ['float', '0.1', '0.10000001'],
  ['float(7,2)', '1.10', '1.11'],
  ['double', '0.30000000000000004', '0.3'],
  ['double', '1.7976931348623157e308', '1.7976931348623155e308'],
  ['decimal(40,10)', '12345678901234567890.0000000001', '12345678901234567890.0000000002'],
  ['bigint unsigned', '18446744073709551615', '18446744073709551614'],
  ['int(5) zerofill', '42', '43'],
  ['year', '1999', '2000'],
  ['bit(64)', `b'${'1'.repeat(64)}'`, `b'${'1'.repeat(63)}0'`],
  ['bit(3)', `b'101'`, `b'100'`],
  ['binary(4)', `'a'`, `'a '`],
  ['varbinary(10)', `x'6100'`, `x'61'`],
  ['blob', `x'00ff27'`, `x'00ff'`],
  ['longblob', `''`, 'NULL'],
  ['text', `''`, 'NULL'],
  ['char(5)', `'ab'`, `'aB'`],
  ['varchar(10)', `'a '`, `'a'`],
  ['varchar(10) CHARACTER SET latin1', `'é'`, `'e'`],
  ['varchar(30)', `'it''s \\\\ a "b" \\n — 🙂'`, `'it''s \\\\ a "b" \\n – 🙂'`],
  ['text', `'-'`, 'NULL'],
  ['varchar(10)', `''`, 'NULL'],
  ['varbinary(10)', `''`, 'NULL'],
  ['varchar(10)', `'-'`, 'NULL'],
  [`enum('', 'a', 'b,''c')`, `'b,''c'`, `''`],
  [`set('x', 'y', 'z')`, `'x,z'`, `'x'`],
  ['date', `'2026-02-28'`, `'2026-03-01'`],
  ['date', `'0000-00-00'`, 'NULL'],
  ['datetime(6)', `'2026-01-01 00:00:00.123456'`, `'2026-01-01 00:00:00.123457'`],
  ['timestamp(3) NULL', `'2026-10-25 01:30:00.001'`, `'2026-10-25 01:30:00.002'`],
  ['time(2)', `'-100:00:00.25'`, `'-100:00:00.26'`],
  ['json', `'{"b": 1, "a": 2}'`, `'{"a": 2, "b": 1}'`],
  ['geometry', `ST_GeomFromText('POINT(1 2)', 4326)`, `ST_GeomFromText('POINT(1 2)', 3857)`],
  ['point', `ST_GeomFromText('POINT(1 2)')`, `ST_GeomFromText('POINT(1 3)')`],
  ['uuid', `'b97a9f21-e9c4-11f1-8c7e-02fc00000001'`, `'b97a9f21-e9c4-11f1-8c7e-02fc00000002'`],
  ['inet6', `'::1'`, `'::2'`],
  ['inet4', `'10.0.0.1'`, `'10.0.0.2'`],
  ['int INVISIBLE', '7', '8'],
];
/** The name of a column. */
export const name = (at: number): string => `c${String(at).padStart(2, '0')}`;

/** A row for each column: what the sides have there is the only difference. */
export const rowsWith = (
  value: (pair: (typeof columns)[number]) => string,
  of = columns,
): string[] =>
  of.map((pair, at) => `INSERT INTO kinds (id, ${name(at)}) VALUES (${at}, ${value(pair)})`);

/** A table of them. */
export const tableOf = (of = columns): string => `CREATE TABLE kinds (
  id int PRIMARY KEY, more int, doubled int AS (id * 2) VIRTUAL, tripled int AS (id * 3) STORED,
  ${of.map(([type], at) => `${name(at)} ${type}`).join(', ')})`;
