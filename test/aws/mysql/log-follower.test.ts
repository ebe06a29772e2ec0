import { describe, expect, it } from '@jest/globals';
import type { AnyBinlogEvent } from '@vlasky/zongji';
import { cascadedBy } from '../../../aws/mysql/cascades.ts';
import { createFollower } from '../../../aws/mysql/log-follower.ts';
import type { Step } from '../../../aws/mysql/log-follower.ts';
import { areSame, textFromLog } from '../../../aws/mysql/row-images.ts';
import { apartByMariadb, apartByMysql, createExpected } from '../../../core/reconcile/gtid.ts';

const SERVER = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const AT = Date.parse('2026-11-26T10:00:00Z');

interface Told {
  readonly name: string;
  readonly [field: string]: unknown;
}
const isEvent = (value: object): value is AnyBinlogEvent => 'getEventName' in value;

/** An event with what a server would tell in it. */
function event({ name, ...fields }: Told): AnyBinlogEvent {
  const made = { ...fields, timestamp: AT, getEventName: () => name };
  if (!isEvent(made)) throw new Error('It is no event.');
  return made;
}

const rows = (name: string, own: readonly object[], bitmap = 0b11): Told => ({
  ...{ name, rows: own, tableId: 1, numberOfColumns: 2 },
  tableMap: { 1: { tableName: 'items' } },
  columns_present_bitmap: Buffer.from([bitmap]),
});
const query = (text: string): Told => ({ name: 'query', query: text });
const gtid = (number: number): Told => ({ name: 'gtid', gtid: `${SERVER}:${number}` });
const mariadbGtid = (number: number, more: object = {}): Told => ({
  ...{ name: 'mariadbgtid', gtid: `0-1-${number}`, standalone: false, preparedXa: false },
  ...{ completedXa: false, ...more },
});
const [begin, xid] = [query('BEGIN'), { name: 'xid' }];

/** Follows events of MySQL, of which 8 and 9 are lost; or of MariaDB. */
function follow(events: readonly Told[], isMariadb = false) {
  const apart = isMariadb
    ? apartByMariadb('0-1-9', '0-1-7')
    : apartByMysql(`${SERVER}:1-9`, `${SERVER}:1-7`);
  if (apart === undefined) throw new Error('Nothing is lost.');
  const steps: Step[] = [];
  const followed = createFollower(createExpected(apart), (step) => {
    steps.push(step);
  });
  return { steps, ends: events.map((each) => followed(event(each))) };
}

describe('a binary log', () => {
  it.each([
    ['a row without all its columns', [gtid(8), begin, rows('writerows', [{}], 0b01)], 'not every'],
    [
      'rows of which it does not say what they have',
      [...[gtid(8), begin], { ...rows('deleterows', [{}]), columns_present_bitmap: undefined }],
      'which columns',
    ],
    ['a statement', [gtid(8), begin, query('UPDATE items SET id = 1')], 'without its rows: UPDATE'],
    ['a TRUNCATE', [gtid(8), query('TRUNCATE TABLE items')], 'without its rows: TRUNCATE'],
    ['an ALTER TABLE', [gtid(8), query('/* x */ ALTER TABLE items ADD a int')], 'ALTER TABLE'],
    [
      'a table that was replaced',
      [gtid(8), query('CREATE OR REPLACE TABLE items (a int)')],
      'REPLACE',
    ],
    ['rows that were rolled back', [gtid(8), begin, query('ROLLBACK TO `a`')], 'ROLLBACK'],
    ['a transaction without a GTID', [{ name: 'anonymousgtid' }], 'without a GTID'],
    ['XA', [gtid(8), query(`XA START X'61'`)], 'XA START'],
    ['a prepared transaction', [{ name: 'xaprepare' }], 'XA'],
  ])('explains nothing if it has %s', (_, events, words) => {
    expect(() => follow(events)).toThrow(words);
  });

  it('explains nothing if it has a transaction of XA of MariaDB', () => {
    expect(() => follow([mariadbGtid(8, { preparedXa: true })], true)).toThrow('XA');
  });

  it('is followed to the end of the last lost transaction, and others are passed over', () => {
    const write = rows('writerows', [{ id: 1 }]);
    const { steps, ends } = follow([
      ...[gtid(3), begin, write, query('UPDATE items SET id = 1'), xid],
      ...[gtid(8), query('CREATE TABLE more (id int)'), gtid(9), begin, write, xid],
    ]);
    expect(steps).toMatchObject([{ table: 'items', op: 'insert', after: { id: 1 } }]);
    expect(ends.map((end, at) => (end ? at : -1)).filter((at) => at >= 0)).toEqual([10]);
  });

  it('gives rows with what was before and after, and a place where times are the same', () => {
    const { steps, ends } = follow(
      [
        ...[mariadbGtid(8), rows('updaterows', [{ before: { id: 1 }, after: { id: 2 } }])],
        ...[query('SAVEPOINT a'), query('COMMIT'), mariadbGtid(9)],
        ...[rows('deleterows', [{ id: 2 }, { id: 3 }]), xid],
      ],
      true,
    );
    const at = { committedAt: '2026-11-26T10:00:00.000Z' };
    expect(steps).toEqual([
      {
        ...{ table: 'items', op: 'update', before: { id: 1 }, after: { id: 2 } },
        transaction: { xid: '0-1-8', place: 1, ...at },
      },
      ...[2, 3].map((id) => ({
        ...{ table: 'items', op: 'delete', before: { id }, after: undefined },
        transaction: { xid: '0-1-9', place: 2, ...at },
      })),
    ]);
    expect(ends).toEqual([false, false, false, false, false, false, true]);
  });

  it('may end with a statement that needs no commit', () => {
    const grant = query('GRANT SELECT ON *.* TO a');
    const { ends } = follow([mariadbGtid(9, { standalone: true }), grant], true);
    expect(ends).toEqual([false, true]);
  });
});

describe('a value of the log', () => {
  const column = (type: string, declared = type) => ({
    ...{ name: 'c', type, declared, collation: null, isGenerated: false },
  });
  it.each([
    ['int', 7, '7'],
    ['bigint', '18446744073709551615', '18446744073709551615'],
    ['year', 1900, '0000'],
    ['year', 2026, '2026'],
    ['bit', Buffer.from([1, 2]), '258'],
    ['blob', Buffer.from([0, 255]), '0x00ff'],
    ['text', null, null],
    ['geometry', { x: 1 }, undefined],
    ['enum', 'a', undefined],
  ])('of the type %s is a text of the server: %j', (type, value, expected) => {
    expect(textFromLog(column(type), value)).toBe(expected);
  });

  it.each([
    ['text', 'a', 'A', false],
    ['text', null, '', false],
    ['double', '1e-7', '0.0000001', true],
    ['double', '0.1', '0.2', false],
    ['json', '{"a": 1}', '{"a":1}', undefined],
  ])('of the type %s: %j and %j', (type, one, other, expected) => {
    expect(areSame(column(type), one, other)).toBe(expected);
  });

  it('of a number that is shown with zeros is the same without', () => {
    expect(areSame(column('int', 'int(5) unsigned zerofill'), '42', '00042')).toBe(true);
    expect(areSame(column('int', 'int(5) unsigned zerofill'), '0', '00000')).toBe(true);
  });
});

describe('tables that a foreign key changes', () => {
  const isHere = 'yes' as const;
  const references = [
    { child: 'lines', parent: 'orders', isHere },
    { child: 'orders', parent: 'customers', isHere },
    { child: 'notes', parent: 'notes', isHere },
  ];
  it('are the children of those that were changed, and their children', () => {
    expect([...cascadedBy(references, new Set(['customers']))].toSorted()).toEqual([
      ...['lines', 'orders'],
    ]);
    expect([...cascadedBy(references, new Set(['lines']))]).toEqual([]);
    expect([...cascadedBy(references, new Set(['notes']))]).toEqual(['notes']);
  });

  it('may have a parent in another database, of which the log is not read', () => {
    const elsewhere = [{ child: 'orders', parent: 'users', isHere: 'no' as const }];
    expect([...cascadedBy(elsewhere, new Set())]).toEqual(['orders']);
  });
});
