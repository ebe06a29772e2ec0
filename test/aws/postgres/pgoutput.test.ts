import { describe, expect, it } from '@jest/globals';
import { createDecoder } from '../../../aws/postgres/pgoutput.ts';

/** Bytes by hand, as "Logical Replication Message Formats" lays them out. */
const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));
const int64 = (value: bigint): number[] => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64BE(value);
  return [...buffer];
};
const int32 = (value: number): number[] => int64(BigInt(value)).slice(4);
const int16 = (value: number): number[] => int32(value).slice(2);
const text = (value: string) => ['t', int32(Buffer.byteLength(value)), value];

const column = (isKey: boolean, name: string) => [
  [isKey ? 1 : 0],
  `${name}\0`,
  int32(25),
  int32(-1),
];
const RELATION = bytes(
  ...['R', int32(16_400), 'public\0', 'items\0', 'd', int16(2)],
  ...[...column(true, 'id'), ...column(false, 'värde')],
);
const relation = {
  ...{ schema: 'public', name: 'items' },
  columns: [
    { name: 'id', isKey: true },
    { name: 'värde', isKey: false },
  ],
};

describe('the messages of pgoutput', () => {
  /** Decodes a message after the table was described. */
  const decoded = (...parts: readonly (string | readonly number[])[]) => {
    const decode = createDecoder();
    decode(RELATION);
    return decode(bytes(...parts));
  };

  it.each([
    ['that are not known', 'Found the message "S"', bytes('S')],
    ['of a table that was not described', 'has not described', bytes('I', int32(7), 'N', int16(0))],
    ['that end too early', 'expected', bytes('B', int64(1n))],
    ['with bytes behind their end', '1 bytes after the end', bytes('C', Array(26).fill(0))],
    ['with a text that has no end', 'without an end', bytes('Y', int32(1), 'public')],
    ['that are empty', 'expected 1 or more', bytes()],
  ])('refuses those %s', (_, words, message) => {
    expect(() => createDecoder()(message)).toThrow(words);
  });

  it('refuses a row with another number of columns, a value in binary, and an unknown image', () => {
    const insert = ['I', int32(16_400), 'N'];
    expect(() => decoded(...insert, int16(1), 'n')).toThrow('Found 1 columns of items');
    expect(() => decoded(...insert, int16(2), 'b', int32(0), 'n')).toThrow('kind "b"');
    expect(() => decoded('D', int32(16_400), 'N', int16(2), 'n', 'n')).toThrow('image "N"');
  });

  it('begin has the number and the time to the microsecond', () => {
    const at = 849_000_000_000_001n;
    expect(decoded('B', int64(5n), int64(at), [255, 255, 255, 254])).toEqual({
      ...{ kind: 'begin', xid: '4294967294', committedAt: '2026-11-26T09:20:00.000001Z' },
    });
  });

  it('insert, update and delete have what was written, and what was before', () => {
    const id = int32(16_400);
    const row = [int16(2), ...text('7'), ...text('ä\0b')];
    const change = { kind: 'change', relation };
    const after = { id: '7', värde: 'ä\0b' };
    expect(decoded('I', id, 'N', ...row)).toEqual({ ...change, op: 'insert', before: null, after });
    expect(decoded('U', id, 'N', int16(2), ...text('7'), 'u')).toEqual({
      ...{ ...change, op: 'update', before: null, after: { id: '7' } },
    });
    expect(decoded('U', id, 'O', int16(2), ...text('7'), 'n', 'N', ...row)).toEqual({
      ...{ ...change, op: 'update', after },
      before: { isFull: true, values: { id: '7', värde: null } },
    });
    expect(decoded('U', id, 'K', int16(2), ...text('6'), 'n', 'N', ...row)).toMatchObject({
      before: { isFull: false, values: { id: '6' } },
    });
    expect(decoded('D', id, 'K', int16(2), ...text('7'), 'n')).toEqual({
      ...{ ...change, op: 'delete', after: null },
      before: { isFull: false, values: { id: '7' } },
    });
  });

  it('truncate names its tables; commits, types and origins change nothing', () => {
    expect(decoded('T', int32(1), [3], int32(16_400))).toEqual({
      ...{ kind: 'truncate', relations: [relation] },
    });
    expect(decoded('C', [0], int64(1n), int64(2n), int64(3n))).toEqual({ kind: 'commit' });
    expect(decoded('Y', int32(1), 'public\0', 'mood\0')).toEqual({ kind: 'other' });
    expect(decoded('O', int64(1n), 'elsewhere\0')).toEqual({ kind: 'other' });
  });
});
