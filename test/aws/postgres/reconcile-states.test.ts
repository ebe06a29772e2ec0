import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Engine } from '../../../aws/reconcile/engine.ts';
import { readLedger } from '../../../aws/ledger.ts';
import type { Given } from '../../../core/reconcile/given.ts';
import { switchName } from '../../functions/support.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { read, run } from './diverging.ts';
import type { History } from './parted.ts';
import { parted } from './parted.ts';
import { reconcilingPair } from './reconcile-states.ts';
import { SHOP } from './shop.ts';

const lostOrders = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `INSERT INTO orders (customer, total) VALUES (1, ${n})`);

const ordersHere = async (pair: RealPair): Promise<string> =>
  (await read(pair, 'standby', 'SELECT count(*) AS n FROM orders')).join();

describeOnPostgres('the states of a reconciliation, on real databases', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  /** Parts a pair, and reconciles it. */
  async function on(
    history: History,
    section: object,
    work: (states: Awaited<ReturnType<typeof reconcilingPair>>, pair: RealPair) => Promise<void>,
  ): Promise<void> {
    await parted(template, { base: SHOP, ...history }, async (pair) => {
      await work(await reconcilingPair(pair, section), pair);
    });
  }

  it('find what never crossed, apply it, and find nothing more', async () => {
    await on({ there: lostOrders(3) }, {}, async (states, pair) => {
      const before = await states.compare('before');
      expect(before).toMatchObject({ rows: 3, applicable: 3, leftOut: [] });
      expect(await states.apply(before)).toMatchObject({ isComplete: true, applied: 3 });
      expect(await states.compare('after')).toMatchObject({ rows: 0, leftOut: [] });
      expect(await ordersHere(pair)).toBe('{"n":23}');
      const marks = await read(pair, 'standby', 'SELECT applied_by FROM region_failover.applied');
      expect(new Set(marks)).toEqual(new Set(['{"applied_by":"Ada"}']));
    });
  }, 60_000);

  it('apply nothing twice, also what the writer has deleted since', async () => {
    await on({ there: lostOrders(3) }, {}, async (states, pair) => {
      const before = await states.compare('before');
      await states.apply(before);
      await run(pair, 'standby', ['DELETE FROM orders WHERE id = 21']);
      expect(await states.apply(before)).toMatchObject({ applied: 0, already: 3, refused: 0 });
      expect(await ordersHere(pair)).toBe('{"n":22}');
      // What was applied once is the writer's own since.
      expect(await states.compare('after')).toMatchObject({ rows: 0 });
    });
  }, 60_000);

  it('go on in a second turn behind what the first one tried, without a look at each row', async () => {
    await on({ there: lostOrders(40) }, {}, async (states, pair) => {
      const before = await states.compare('before');
      const statements: string[] = [];
      const turn = async (most: number, given: Given | null = null) => {
        const applying: Engine['apply'] = async function* (writer, report, approval, whose) {
          const watched = {
            ...writer,
            run: async (sql: string, values?: readonly unknown[]) => {
              statements.push(sql);
              return await writer.run(sql, values);
            },
          };
          let applied = 0;
          for await (const each of states.engine.apply(watched, report, approval, whose)) {
            applied += each.outcome === 'applied' ? 1 : 0;
            if (applied === most) await states.clock.advance(601);
            yield each;
          }
        };
        return await states.applyWith(before, applying, given);
      };
      const first = await turn(30);
      expect(first).toMatchObject({ turn: 1, applied: 30, progress: { at: 30, waiting: [] } });
      statements.length = 0;
      expect(await turn(100, first)).toMatchObject({ isComplete: true, applied: 40, already: 0 });
      expect(statements.filter((sql) => sql === 'BEGIN')).toHaveLength(10);
      expect(await ordersHere(pair)).toBe('{"n":60}');
    });
  }, 60_000);

  it('refuse a report that was written anew, and a plan that is paused: nothing is applied', async () => {
    await on({ there: lostOrders(1) }, {}, async (states, pair) => {
      const before = await states.compare('before');
      await run(pair, 'primary', lostOrders(1));
      await states.compare('before');
      await expect(states.apply(before)).rejects.toMatchObject({
        ...{ name: 'NotReadyError', message: expect.stringContaining('written anew') },
      });
      const anew = await states.compare('before');
      states.world.parameters.set(switchName, 'paused');
      await expect(states.apply(anew)).rejects.toMatchObject({ name: 'NotReadyError' });
      expect(await ordersHere(pair)).toBe('{"n":20}');
    });
  }, 60_000);

  it('refuse a row that the writer changed since it was approved', async () => {
    const there = ["UPDATE orders SET note = 'there' WHERE id = 5"];
    await on({ there }, {}, async (states, pair) => {
      const before = await states.compare('before');
      await run(pair, 'standby', ["UPDATE orders SET note = 'here' WHERE id = 5"]);
      const applied = await states.apply(before);
      expect(applied).toMatchObject({ applied: 0, refused: 1 });
      expect(applied.reasons[0]).toContain('changed orders id=5 since the comparison');
      expect(await states.compare('after')).toMatchObject({ rows: 1, counts: { conflict: 1 } });
      expect(await read(pair, 'standby', 'SELECT note FROM orders WHERE id = 5')).toEqual([
        '{"note":"here"}',
      ]);
    });
  }, 60_000);

  it('write nothing to the bucket where the mask names no column', async () => {
    await on({ there: lostOrders(1) }, { mask: ['customers.male'] }, async (states) => {
      await expect(states.compare('before')).rejects.toMatchObject({
        ...{ name: 'NotReadyError', message: expect.stringContaining('customers.male') },
      });
      expect(states.files()).toEqual([]);
    });
  }, 60_000);

  it('tell no masked value: not on the page, in the ledger, or in what is told', async () => {
    const there = ["INSERT INTO customers (mail) VALUES ('secret@example.com')"];
    const here = [
      "INSERT INTO customers OVERRIDING SYSTEM VALUE VALUES (50, 'secret@example.com')",
    ];
    await on({ there, here }, { mask: ['customers.mail'] }, async (states) => {
      const before = await states.compare('before');
      const applied = await states.apply(before);
      expect(applied).toMatchObject({ refused: 1, reasons: [expect.stringContaining('•••')] });
      const ledger = await readLedger(states.runtime, states.incident.id);
      const page = states.files().find((key) => key.endsWith('report.html')) ?? '';
      const told = [before, applied, ledger, states.world.objects.get(page)];
      expect(JSON.stringify(told)).not.toContain('secret@');
    });
  }, 60_000);

  it('compare and apply several databases of a plan, each by its own report', async () => {
    const there = lostOrders(1);
    const base = [...SHOP, 'CREATE DATABASE users'];
    await on({ base, there }, {}, async (states, pair) => {
      const [orders] = states.plan.databases;
      const connection = { ...orders?.connection, database: 'users' };
      const users = { ...orders, id: 'users', connection };
      const [first, second] = [
        await states.compare('before'),
        await states.compare('before', users),
      ];
      expect([first.rows, second.rows, second.id]).toEqual([1, 0, 'users']);
      expect(second.origin.database).toBe('users');
      expect(second.report).not.toBe(first.report);
      await expect(states.apply(second)).rejects.toMatchObject({ name: 'NotReadyError' });
      // The report of one database says nothing of another, also under its name.
      const mixed = states.apply({ ...first, id: 'users' }, users);
      await expect(mixed).rejects.toMatchObject({ name: 'NotReadyError' });
      expect(await states.apply(second, users)).toMatchObject({ applied: 0, isComplete: true });
      expect(await states.apply(first)).toMatchObject({ applied: 1 });
      expect(await ordersHere(pair)).toBe('{"n":21}');
    });
  }, 60_000);

  it('stay small, whatever a database holds: a state has 256 KiB', async () => {
    const names = Array.from({ length: 120 }, (_, n) => `${'long_name_'.repeat(5)}${n}`);
    const tables = names.map((name) => `CREATE TABLE ${name} (value text)`);
    await on({ base: [...SHOP, ...tables], there: lostOrders(200) }, {}, async (states) => {
      const before = await states.compare('before');
      expect(before.leftOut).toHaveLength(11);
      expect(before.leftOut.at(-1)).toBe('110 more: the report names them.');
      expect(JSON.stringify(before).length).toBeLessThan(6000);
    });
  }, 60_000);
});
