import { describe, expect, it } from '@jest/globals';
import { readLedger } from '../../aws/ledger.ts';
import { applyWrites } from '../../functions/apply-writes.ts';
import { comparable, reconcilePlan } from './reconcile-bench.ts';
import { switchName, takeOver } from './support.ts';
import { persist } from './sweep.ts';

async function compared(section: object = {}) {
  const bench = await comparable(reconcilePlan(section));
  return { ...bench, before: await bench.compare('before') };
}

const SEQUENCES =
  '"sequences": [{ "schema": "public", "name": "n", "old": "9000000", "writer": "1" }]';

describe('ApplyWrites refuses, and gives the writer nothing', () => {
  it.each([
    ['nobody who approved', { by: '' }],
    ['a field that nobody knows', { force: true }],
    ['no comparison', { compared: null }],
    ['a turn before that says nothing of its progress', { given: { turn: 1 } }],
  ])('malformed input: %s', async (_, change) => {
    const { run, input, database, before, facts } = await compared();
    const given = { ...input, database, compared: before, by: 'Ada', given: null, ...change };
    await expect(run(applyWrites, given)).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect([...facts.given]).toEqual([]);
  });

  it('when another incident holds the lock', async () => {
    const bench = await compared();
    await takeOver(bench, bench.incident);
    await expect(bench.apply(bench.before)).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect([...bench.facts.given]).toEqual([]);
  });

  it('while the plan is paused, or the switch cannot be read', async () => {
    const bench = await compared();
    bench.world.parameters.set(switchName, 'paused');
    await expect(bench.apply(bench.before)).rejects.toMatchObject({ name: 'NotReadyError' });
    bench.world.parameters.set(switchName, 'running');
    bench.faults.always('rejected', 'GetParameter');
    await expect(bench.apply(bench.before)).rejects.toMatchObject({ name: 'NotReadyError' });
    expect([...bench.facts.given]).toEqual([]);
  });

  it('the comparison of another database', async () => {
    const bench = await compared();
    const refused = bench.apply({ ...bench.before, id: 'users' });
    await expect(refused).rejects.toThrow('nothing to apply to orders');
    expect([...bench.facts.given]).toEqual([]);
  });

  it('a report that was written anew since it was approved, changed, or taken away', async () => {
    const bench = await compared();
    bench.facts.lost.add(4);
    await bench.compare('before');
    await expect(bench.apply(bench.before)).rejects.toMatchObject({
      ...{ name: 'NotReadyError', message: expect.stringContaining('was written anew') },
    });
    const rows = [...bench.world.objects.keys()].find((key) => key.endsWith('before/rows.jsonl'));
    bench.world.objects.set(rows ?? '', '');
    await expect(bench.apply(bench.before)).rejects.toMatchObject({ name: 'InvalidInputError' });
    bench.world.objects.delete(rows ?? '');
    await expect(bench.apply(bench.before)).rejects.toMatchObject({
      name: 'NotReadyError',
      message: expect.stringContaining(`found no s3://${rows ?? ''}`),
    });
    expect([...bench.facts.given]).toEqual([]);
  });
});

describe('ApplyWrites applies nothing of a report of which', () => {
  it.each([
    ['the page says something else', 'report.html', '3', '4'],
    ['the head names a sequence that nobody saw', 'report.json', '"sequences": []', SEQUENCES],
  ])('%s', async (_, name, from, to) => {
    const bench = await compared();
    const [key = ''] = [...bench.world.objects.keys()].filter((each) =>
      each.endsWith(`/orders/before/${name}`),
    );
    const text = bench.world.objects.get(key) ?? '';
    expect(text).toContain(from);
    bench.world.objects.set(key, text.replace(from, to));
    await expect(bench.apply(bench.before)).rejects.toThrow('was written anew since it was shown');
    expect([...bench.facts.given]).toEqual([]);
  });
});

describe('ApplyWrites', () => {
  it('gives the writer what was approved, once, and keeps what became of it', async () => {
    const bench = await compared();
    const first = await bench.apply(bench.before);
    expect(first).toMatchObject({ isComplete: true, applied: 3, already: 0, refused: 0 });
    await bench.clock.advance(1);
    expect(await bench.apply(bench.before)).toMatchObject({ applied: 0, already: 3 });
    expect([...bench.facts.given].toSorted()).toEqual([1, 2, 3]);
    const ledger = await readLedger(bench.runtime, bench.incident.id);
    const turns = ledger.filter(({ what }) => what === 'applied');
    expect(turns.map(({ entry }) => entry)).toEqual([
      expect.objectContaining({ applied: 3, by: 'Ada' }),
      expect.objectContaining({ already: 3 }),
    ]);
  });

  it('leaves what the plan lets nobody approve, and says so', async () => {
    const bench = await compared({ apply: ['lostUpdate'] });
    expect(await bench.apply(bench.before)).toMatchObject({ applied: 0, undecided: 3 });
    expect([...bench.facts.given]).toEqual([]);
  });

  it('gives each write once, whatever fails once', async () => {
    const clean = await compared();
    const start = clean.faults.calls.length;
    await clean.apply(clean.before);
    const calls = clean.faults.calls.length - start;
    expect(calls).toBeGreaterThan(6);
    const kinds = [
      'throttled',
      'request lost',
      'reply lost',
      'crash before',
      'crash after',
    ] as const;
    for (const kind of kinds) {
      for (let nth = 1; nth <= calls; nth += 1) {
        const bench = await compared();
        bench.faults.inject(kind, nth);
        const attempt = async () => await bench.apply(bench.before);
        // A switch that cannot be read is off, and a refusal stays one.
        const last = await persist(bench, attempt);
        const { applied, already } = last;
        expect([kind, nth, applied + already, bench.facts.given.size]).toEqual([kind, nth, 3, 3]);
      }
    }
  }, 60_000);
});
