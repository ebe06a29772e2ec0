import { describe, expect, it } from '@jest/globals';
import { appendToLedger, readLedger } from '../../aws/ledger.ts';
import { createBench } from '../functions/support.ts';

describe('The ledger', () => {
  it('keeps two events of the same instant', async () => {
    const { runtime } = createBench();
    const what = 'promotion-requested';
    await Promise.all(
      ['orders', 'users'].map((database) => appendToLedger(runtime, 'i', what, { database })),
    );
    const entries = await readLedger(runtime, 'i');
    expect(entries.map(({ entry }) => entry)).toEqual(
      expect.arrayContaining([{ database: 'orders' }, { database: 'users' }]),
    );
  });

  it('keeps the same event of the same instant once', async () => {
    const { runtime } = createBench();
    await appendToLedger(runtime, 'i', 'opened', { epoch: 1 });
    await appendToLedger(runtime, 'i', 'opened', { epoch: 1 });
    expect(await readLedger(runtime, 'i')).toHaveLength(1);
  });

  it('tells a story oldest first, and nobody else’s', async () => {
    const { runtime } = createBench();
    await appendToLedger(runtime, 'i', 'second', {}, '2026-10-02T17:05:00.000Z');
    await appendToLedger(runtime, 'i', 'first', {}, '2026-10-02T17:04:00.000Z');
    await appendToLedger(runtime, 'other', 'else', {});
    const entries = await readLedger(runtime, 'i');
    expect(entries.map(({ what }) => what)).toEqual(['first', 'second']);
  });
});
