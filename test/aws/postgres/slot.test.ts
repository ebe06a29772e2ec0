import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { unitsOf } from '../../../core/reconcile/units.ts';
import { until } from '../../lab/parts/support.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { inSession } from '../../lab/simulation/postgres-sessions.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { compare, fork, keep, limitSlots, run } from './diverging.ts';
import { classesOf, FULL, TABLE, THREE, withStory } from './slot-story.ts';

describeOnPostgres('a slot of the old primary', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  const change = { there: [`UPDATE items SET value = 'x' WHERE id = 1`], here: [] };
  const drop = `SELECT pg_drop_replication_slot('region_failover')`;

  it.each<[string, string, (pair: RealPair) => Promise<void>]>([
    ['was dropped', 'has no slot region_failover', (pair) => run(pair, 'primary', [drop])],
    [
      'lost its publication',
      'cannot be read',
      (pair) =>
        run(pair, 'primary', [
          ...[drop, 'DROP PUBLICATION region_failover'],
          `SELECT pg_create_logical_replication_slot('region_failover', 'pgoutput')`,
          `INSERT INTO items VALUES (9, 'z')`,
        ]),
    ],
    [
      'began after the fork',
      'Nothing proves that the slot region_failover began before the fork',
      (pair) =>
        run(pair, 'primary', [
          drop,
          `SELECT pg_create_logical_replication_slot('region_failover', 'pgoutput')`,
        ]),
    ],
    [
      'lost its log',
      'is lost',
      async (pair) => {
        await limitSlots(pair, 1);
        const segments = Array.from({ length: 6 }, () => [
          `SELECT pg_logical_emit_message(false, 'x', repeat('x', 900000))`,
          'SELECT pg_switch_wal()',
        ]);
        await run(pair, 'primary', [
          `ALTER SYSTEM SET wal_keep_size = 0`,
          ...['SELECT pg_reload_conf()', 'SELECT pg_sleep(0.2)'],
          ...[...segments.flat(), 'CHECKPOINT'],
        ]);
      },
    ],
  ])(
    'that %s explains nothing, and the comparison says so',
    async (_, words, later) => {
      await withStory(
        template,
        { base: [TABLE, FULL, THREE], ...change, later },
        ({ source, rows, blindSpots }) => {
          expect(source).toEqual({ kind: 'comparison', why: expect.stringContaining(words) });
          expect(rows.find(({ key }) => key['id'] === '1')).toMatchObject({
            ...{ class: 'lostUpdate', base: null },
          });
          expect(blindSpots.join()).toContain('looks as if the writer had inserted it');
        },
      );
    },
    60_000,
  );

  it('does not know what was rolled back, and knows what spanned the cut', async () => {
    const pair = await template.open();
    try {
      await limitSlots(pair);
      await run(pair, 'primary', [TABLE, THREE]);
      await keep(pair);
      await inSession(pair.server('primary'), async (session) => {
        await session.query('BEGIN');
        await session.query(`UPDATE items SET value = 'spans' WHERE id = 1`);
        await fork(pair, ['INSERT INTO writes VALUES (1)']);
        await session.query(`INSERT INTO items VALUES (4, 'spans')`);
        await session.query('COMMIT');
      });
      await run(pair, 'primary', [`BEGIN; UPDATE items SET value = 'y' WHERE id = 2; ROLLBACK`]);
      await pair.promote();
      const comparison = await compare(pair);
      expect(comparison.source).toEqual({
        ...{ kind: 'slot', why: 'It kept 1 transaction that the writer lacks.' },
      });
      expect(classesOf(comparison)).toEqual(['1 lostUpdate', '4 lostInsert']);
      expect(unitsOf(comparison.rows)).toHaveLength(1);
    } finally {
      await pair.close();
    }
  }, 60_000);

  it('is believed if it began before the fork: by a transaction that crossed, or by the writer', async () => {
    const restart = async (pair: RealPair): Promise<void> => {
      await run(pair, 'standby', ['CHECKPOINT']);
      await pair.stop('standby');
      await pair.start('standby');
    };
    await withStory(template, { base: [TABLE, THREE], ...change, later: restart }, ({ source }) => {
      expect(source.kind).toBe('slot');
    });
    const pair = await template.open();
    try {
      await limitSlots(pair);
      await fork(pair, [TABLE, THREE]);
      await pair.setLink(true);
      // Nothing crosses after this.
      await until('the slot does not arrive', async () => (await keep(pair)).outcome === 'left');
      await pair.setLink(false);
      await run(pair, 'primary', change.there);
      await pair.promote();
      expect((await compare(pair)).source.kind).toBe('slot');
      await restart(pair);
      expect((await compare(pair)).source).toEqual({
        ...{ kind: 'comparison', why: expect.stringContaining('Nothing proves') },
      });
    } finally {
      await pair.close();
    }
  }, 60_000);
});
