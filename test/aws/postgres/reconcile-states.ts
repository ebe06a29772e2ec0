import { postgresEngine } from '../../../aws/postgres/engine.ts';
import type { Engine } from '../../../aws/reconcile/engine.ts';
import type { Plan } from '../../../aws/plan.ts';
import type { Runtime } from '../../../aws/runtime.ts';
import { toHandler } from '../../../aws/step.ts';
import type { Compared } from '../../../core/reconcile/compared.ts';
import type { Given } from '../../../core/reconcile/given.ts';
import { applyWrites } from '../../../functions/apply-writes.ts';
import { compareDatabase } from '../../../functions/compare-database.ts';
import { openSide } from '../../../aws/postgres/side.ts';
import { DATABASE_USER } from '../../../lab/parts/postgres-cluster.ts';
import { comparable, reconcilePlan } from '../../functions/reconcile-bench.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';

/** Opens the servers of a real pair where the plan's instances are asked for. */
export const openReal =
  (pair: RealPair): NonNullable<Runtime['openDatabase']> =>
  async (name, url, access) => {
    const place = new URL(url).hostname.startsWith('orders-primary') ? 'primary' : 'standby';
    const { port, password } = pair.server(place);
    const { pathname } = new URL(url);
    const real = `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}${pathname}`;
    return await openSide(name, real, access);
  };

/** A reconciliation whose control plane is the lab's, and whose databases are a real pair. */
export async function reconcilingPair(pair: RealPair, section: object = {}, plan?: Plan) {
  const bench = await comparable(plan ?? reconcilePlan(section));
  const runtime: Runtime = { ...bench.runtime, engine: undefined, openDatabase: openReal(pair) };
  const { input } = bench;
  const [first] = input.plan.databases;
  const compare = async (round: 'before' | 'after', database: unknown = first) =>
    await toHandler(compareDatabase, () => runtime)({ ...input, database, round });
  const applyWith = async (
    compared: Compared,
    applying: Engine['apply'],
    given: Given | null = null,
  ) => {
    const spoilt = { ...runtime, engine: { ...postgresEngine, apply: applying } };
    const event = { ...input, database: first, compared, by: 'Ada', given };
    return await toHandler(applyWrites, () => spoilt)(event);
  };
  const apply = async (compared: Compared, database: unknown = first) => {
    const event = { ...input, database, compared, by: 'Ada', given: null };
    return await toHandler(applyWrites, () => runtime)(event);
  };
  const files = (): string[] =>
    [...bench.world.objects.keys()].filter((key) => key.includes('/reconciliations/'));
  return { ...bench, runtime, compare, apply, applyWith, files, engine: postgresEngine };
}
