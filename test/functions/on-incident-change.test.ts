import { describe, expect, it } from '@jest/globals';
import { onIncidentChange } from '../../functions/on-incident-change.ts';
import { decision, prepare } from './stream-bench.ts';

/** Slack takes every call and answers none, until the caller gives up after eight seconds. */
function hang({ runtime, clock }: Awaited<ReturnType<typeof prepare>>): { calls: number } {
  const seen = { calls: 0 };
  Object.assign(runtime.network, {
    https: async () => {
      seen.calls += 1;
      await clock.sleep(8000);
      throw new Error('no answer');
    },
  });
  return seen;
}

describe('OnIncidentChange', () => {
  it('takes a change that nobody can be shown', async () => {
    const { follow, item, faults } = await prepare();
    faults.always('rejected', 'Query');
    expect(await follow(onIncidentChange, item({ decision }))).toEqual({ batchItemFailures: [] });
  });

  it('ends before Lambda ends it while Slack hangs, and asks for the rest again', async () => {
    const bench = await prepare();
    const { follow, runtime, incident, clock } = bench;
    const line = (second: number) => {
      const at = `2026-10-02T17:05:0${second}.000Z`;
      const what = { what: 'fence', entry: { why: 'confirmed' } };
      return { pk: `INCIDENT#${incident.id}`, sk: `LEDGER#${at}#fence#${second}`, at, ...what };
    };
    const seen = hang(bench);
    const from = runtime.clock.now().getTime();
    const ended: { seconds?: number } = {};
    const lines = Array.from({ length: 10 }, (_, index) => line(index));
    const shown = follow(onIncidentChange, ...lines).then((answer) => {
      ended.seconds = (runtime.clock.now().getTime() - from) / 1000;
      return answer;
    });
    await clock.advance(300);
    const { batchItemFailures } = await shown;
    expect(seen.calls).toBeGreaterThan(0);
    expect(ended.seconds).toBeGreaterThan(60);
    expect(ended.seconds).toBeLessThan(120);
    expect(batchItemFailures).toHaveLength(1);
    expect(Number(batchItemFailures[0]?.itemIdentifier)).toBeGreaterThan(1);
  });

  it('leaves other items alone, and wakes nobody', async () => {
    const { follow, item, tokens } = await prepare();
    const other = { pk: 'PLAN#orders', sk: 'LOCK', epoch: 1 };
    expect(await follow(onIncidentChange, other)).toEqual({ batchItemFailures: [] });
    await follow(onIncidentChange, item({ decision }));
    expect(tokens.get('token-1')).toBeUndefined();
  });
});
