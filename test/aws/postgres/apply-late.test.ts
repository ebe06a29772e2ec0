import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { applyUnits } from '../../../aws/postgres/apply.ts';
import { Queue } from '../../../core/reconcile/queue.ts';
import type { Settled } from '../../../core/reconcile/settled.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { approve, openWriter, read } from './diverging.ts';
import { CLASSES, parted } from './parted.ts';

describeOnPostgres('applying what takes long', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  it('takes a transaction back for which no time is left, and does it in the next turn', async () => {
    const together = 'INSERT INTO writes VALUES (101), (102), (103)';
    const there = ['INSERT INTO writes VALUES (100)', together, 'INSERT INTO writes VALUES (104)'];
    await parted(template, { there }, async (pair, comparison) => {
      const writer = await openWriter(pair);
      const queue = new Queue<never>();
      const turn = async (looksInTime: number): Promise<string[]> => {
        let asked = 0;
        const isLate = (): boolean => (asked += 1) > looksInTime;
        const settled: Settled[] = [];
        const how = { queue, mayGoOn: () => true, isLate };
        for await (const each of applyUnits(writer, comparison, approve(CLASSES), how))
          settled.push(each);
        return settled.map(({ unit, outcome, why }) => `${unit.rows.length} ${outcome} ${why}`);
      };
      const writes = async (): Promise<unknown> =>
        await read(pair, 'standby', 'SELECT write FROM writes WHERE write > 99 ORDER BY write');
      // It looks before each row, and twice before it commits: the second row of the second
      // transaction is too late.
      expect(await turn(4)).toEqual(['1 applied The writer has it now.']);
      expect(await writes()).toEqual(['{"write":100}']);
      // It comes before the third one, in the order of the old primary.
      expect((await turn(99)).map((each) => each.slice(0, 9))).toEqual(['3 applied', '1 applied']);
      expect(await writes()).toHaveLength(5);
      await writer.close();
    });
  }, 60_000);

  it('refuses what a whole turn is too short for, also where others wait for it', async () => {
    const base = [
      'CREATE TABLE parts (id int PRIMARY KEY)',
      'CREATE TABLE uses (id int PRIMARY KEY, part int REFERENCES parts)',
    ];
    const there = [
      'INSERT INTO writes VALUES (100)',
      'INSERT INTO parts VALUES (1), (2), (3)',
      'INSERT INTO uses VALUES (1, 3)',
    ];
    await parted(template, { base, there }, async (pair, comparison) => {
      const writer = await openWriter(pair);
      const queue = new Queue<never>();
      const told: string[] = [];
      let turns = 0;
      for (; turns < 9 && (turns === 0 || !queue.isEmpty); turns += 1) {
        let asked = 0;
        const how = { queue, mayGoOn: () => true, isLate: () => (asked += 1) > 3 };
        for await (const { unit, outcome, why } of applyUnits(
          writer,
          comparison,
          approve(CLASSES),
          how,
        ))
          told.push(`${unit.rows[0]?.name ?? ''} ${outcome} ${why}`);
      }
      // In the second there was no time left to see that the last one waits in vain.
      expect(turns).toBe(3);
      expect(told).toEqual([
        'writes applied The writer has it now.',
        expect.stringMatching(/^parts refused .*apply it with failover apply/),
        expect.stringMatching(/^uses refused /),
      ]);
      await writer.close();
    });
  }, 60_000);
});
