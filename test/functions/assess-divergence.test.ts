import { describe, expect, it } from '@jest/globals';
import { readLedger } from '../../aws/ledger.ts';
import { comparedOf, missing } from '../core/reconcile/compared-samples.ts';
import { assessDivergence } from '../../functions/assess-divergence.ts';
import { reconciling } from './reconcile-bench.ts';
import { takeOver } from './support.ts';
import { sweep } from './sweep.ts';

describe('AssessDivergence refuses', () => {
  it('malformed input, and nothing compared', async () => {
    const bench = await reconciling();
    await expect(bench.assess([])).rejects.toMatchObject({ name: 'InvalidInputError' });
    const given = { ...bench.input, compared: [missing()], more: 1 };
    const refused = bench.run(assessDivergence, given);
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
  });

  it('when another incident holds the lock, and a plan without the section', async () => {
    const bench = await reconciling();
    const bare = { ...bench.plan, reconciliation: undefined };
    const refused = bench.run(assessDivergence, {
      ...{ ...bench.input, plan: bare, compared: [missing()] },
    });
    await expect(refused).rejects.toMatchObject({ name: 'NotReadyError' });
    await takeOver(bench, bench.incident);
    await expect(bench.assess([missing()])).rejects.toMatchObject({ name: 'StaleEpochError' });
  });

  it('a mask that hides nothing in any database, and takes one that does in another', async () => {
    const bench = await reconciling();
    const strangers = ['orders.mial'];
    const other = comparedOf({ id: 'users', strangers: [] });
    await expect(bench.assess([missing({ strangers })])).rejects.toThrow('orders.mial');
    expect(await bench.assess([missing({ strangers }), other])).toMatchObject({ outcome: 'ask' });
  });
});

describe('AssessDivergence', () => {
  it.each([
    ['none', [comparedOf()]],
    ['people', [missing({ applicable: 0 })]],
    ['people', [comparedOf({ leftOut: ['logs: no key'] })]],
    ['ask', [comparedOf(), missing({ id: 'users' })]],
  ] as const)('says %s, and keeps what was found', async (outcome, compared) => {
    const bench = await reconciling();
    expect(await bench.assess(compared)).toMatchObject({ outcome });
    const ledger = await readLedger(bench.runtime, bench.incident.id);
    const found = ledger.filter(({ what }) => what === 'divergence');
    expect(found.map(({ entry }) => entry)).toEqual([expect.objectContaining({ outcome })]);
  });

  it('leaves the same world whatever fails once', async () => {
    await sweep(
      async () => await reconciling(),
      async (bench) => await bench.assess([missing()]),
    );
  });
});
