import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { withLanes } from '../../../aws/postgres/lanes.ts';
import { withSides } from '../../../aws/postgres/side.ts';
import type { Sides } from '../../../aws/postgres/side.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { fork, run, unexpected } from './diverging.ts';

describeOnPostgres('sessions that compare at once', () => {
  let template: PairTemplate;
  let pair: RealPair;
  beforeAll(async () => {
    template = await makePairTemplate();
    pair = await template.open();
    await fork(pair, [`CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 3`]);
    await pair.promote();
  }, 60_000);
  afterAll(async () => {
    await pair.close();
    await template.close();
  });

  const asFew = async <T>(work: (sides: Sides) => Promise<T>): Promise<T> => {
    const url = (place: 'primary' | 'standby'): string =>
      `postgres://few:few@127.0.0.1:${pair.server(place).port}/postgres`;
    return await withSides({ old: url('primary'), writer: url('standby') }, work);
  };

  it('are as many as the servers take, and who runs it hears why', async () => {
    const heard: string[] = [];
    const tell = (words: string): void => void heard.push(words);
    await asFew(async (sides) => {
      const many = await withLanes(sides, { parallel: 8, tell }, async (lanes) => {
        expect((await lanes(2)).length).toBe(2);
        return (await lanes(8)).length;
      });
      expect(many).toBe(3);
    });
    expect(heard).toEqual([
      expect.stringMatching(
        /^Tables are compared in 3 sessions of each side instead of up to 8: .*role/,
      ),
    ]);
  }, 60_000);

  it('are not fewer for another reason: that is an error', async () => {
    await asFew(async (sides) => {
      await run(pair, 'primary', ['ALTER ROLE few NOLOGIN']);
      await expect(
        withLanes(sides, { parallel: 8, tell: unexpected }, async (lanes) => await lanes(2)),
      ).rejects.toMatchObject({ name: 'UnreachableError' });
    });
  }, 60_000);
});
