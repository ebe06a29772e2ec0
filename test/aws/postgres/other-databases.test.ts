import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseReport } from '../../../core/reconcile/report-files.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { parted } from './parted.ts';
import { reconcilingPair } from './reconcile-states.ts';
import { SHOP } from './shop.ts';

describeOnPostgres('the other databases of a server', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  async function on(
    base: readonly string[],
    work: (states: Awaited<ReturnType<typeof reconcilingPair>>) => Promise<void>,
  ): Promise<void> {
    await parted(template, { base: [...base] }, async (pair) => {
      await work(await reconcilingPair(pair));
    });
  }

  it('are named: nobody compared them', async () => {
    await on([...SHOP, 'CREATE DATABASE payments'], async (states) => {
      const before = await states.compare('before');
      expect(before.rows).toBe(0);
      expect(before.leftOut).toEqual([expect.stringContaining('database payments: ')]);
      const head = states.files().find((key) => key.endsWith('report.json')) ?? '';
      const { head: kept } = await parseReport((name) => {
        const place = head.replace('report.json', name);
        return Promise.resolve({ text: states.world.objects.get(place) ?? '', place });
      });
      expect(kept.leftOut.map(({ table }) => table)).toEqual(['database payments']);
    });
  }, 60_000);

  it.each<[string, string[], unknown[]]>([
    ['not named, if it is empty', [], []],
    [
      'named, if somebody keeps anything there',
      ['CREATE TABLE notes (n int PRIMARY KEY)', 'ALTER TABLE notes OWNER TO ada'],
      [expect.stringContaining('database postgres: It holds 1 tables')],
    ],
  ])(
    'the one that every server has is %s',
    async (_, more, words) => {
      await on(['CREATE DATABASE users', 'CREATE ROLE ada', ...more], async (states) => {
        const [orders] = states.plan.databases;
        const users = { ...orders, connection: { ...orders?.connection, database: 'users' } };
        expect((await states.compare('before', users)).leftOut).toEqual(words);
      });
    },
    60_000,
  );
});
