import { describe, expect, it } from '@jest/globals';
import type { Table } from '../../../aws/postgres/tables.ts';
import type { Change } from '../../../aws/reconcile/change.ts';
import { createLedger } from '../../../aws/reconcile/seen.ts';

const plain = { type: 'text', isGenerated: false, isNumbered: false };
const TABLE: Table = {
  ...{ schema: 'public', name: 'items', key: ['id'], isLogged: true },
  root: { schema: 'public', name: 'items' },
  columns: [
    { ...plain, name: 'id' },
    { ...plain, name: 'value' },
  ],
};
const relation = {
  ...{ schema: 'public', name: 'items' },
  columns: ['id', 'value'].map((name) => ({ name, isKey: true })),
};
const tx = (number: number) => ({ xid: `${number}`, committedAt: '2026-11-26T10:00:00.000000Z' });
const insert = (id: string): Change => ({
  ...{ kind: 'change', op: 'insert', relation, before: null, after: { id, value: 'v' } },
});
const update = (before: Change['before'], after: Change['after']): Change => ({
  ...{ kind: 'change', op: 'update', relation, before, after },
});

/** What a ledger has after these changes, one transaction each. */
function noted(...changes: readonly Change[]) {
  const ledger = createLedger([TABLE]);
  changes.forEach((change, at) => {
    ledger.note(change, tx(at));
  });
  return [...(ledger.watched[0]?.drafts.values() ?? [])];
}

describe('what lost transactions did to a row', () => {
  it('is refused when it is too much to be kept', () => {
    const ledger = createLedger([TABLE], 500);
    ledger.note(insert('1'), tx(1));
    ledger.note(insert('1'), tx(2));
    ledger.note(insert('2'), tx(2));
    expect(() => {
      ledger.note(insert('3'), tx(3));
    }).toThrow('more rows than can be kept');
  });

  it('is refused when a change does not say which row it was', () => {
    expect(() => noted(update(null, { value: 'v' }))).toThrow('without its key id');
  });

  it('takes a key that is stored apart from the row before', () => {
    const before = { isFull: true, values: { id: 'k', value: 'a' } };
    expect(noted(update(before, { value: 'b' }))).toMatchObject([
      { key: ['k'], firstOp: 'update', base: { id: 'k', value: 'a' } },
    ]);
  });

  it('calls no version whole that lacks a column', () => {
    const before = { isFull: true, values: { id: 'k' } };
    expect(noted(update(before, { id: 'k', value: 'b' }))).toMatchObject([{ base: null }]);
  });

  it('keeps the first version and the first change, and every transaction once', () => {
    const before = (value: string) => ({ isFull: true, values: { id: '1', value } });
    const remove: Change = { ...update(before('b'), null), op: 'delete' };
    const found = noted(update(before('a'), { id: '1', value: 'b' }), remove, insert('1'));
    expect(found).toMatchObject([{ firstOp: 'update', base: { value: 'a' } }]);
    expect(found[0]?.transactions.map(({ xid }) => xid)).toEqual(['0', '1', '2']);
  });

  it('does not take a row for a new one that may have been there before a TRUNCATE', () => {
    const ledger = createLedger([TABLE]);
    ledger.truncate([relation]);
    ledger.note(insert('1'), tx(1));
    expect([...(ledger.watched[0]?.drafts.values() ?? [])]).toMatchObject([{ firstOp: 'unknown' }]);
  });
});
