import { expect } from '@jest/globals';
import { rebuildReplica } from '../../functions/rebuild-replica.ts';
import { persist } from './sweep.ts';
import { movingHome, PRIMARY } from './switchover-bench.ts';

export const OLD = `${PRIMARY}/orders-primary`;
export const KEPT = `${PRIMARY}/orders-primary-before-1`;
export const SNAPSHOT = `${PRIMARY}/failover-orders-primary-before-1`;
export const changes = [
  'CreateDBSnapshot',
  'ModifyDBInstance',
  'CreateDBInstanceReadReplica',
] as const;

/** A switchover home, before its replica was made. */
export async function prepareRebuild() {
  const bench = await movingHome();
  const [first] = bench.plan.databases;
  const database = { ...first, rebuildDeadlineSeconds: 40_000 };
  const input = { ...bench.input, database, startedAt: bench.at() };
  const old = bench.world.databases.get(OLD);
  if (old === undefined) throw new Error('no old primary');
  const counts = (): number[] => changes.map((name) => bench.faults.count(name));
  return { ...bench, old, input, counts, turn: () => bench.run(rebuildReplica, input) };
}
type Prepared = Awaited<ReturnType<typeof prepareRebuild>>;

/** Calls the step as the state machine does, until the replica follows. */
export async function untilFollowing(bench: Prepared) {
  for (let turn = 0; turn < 300; turn += 1) {
    const result = await persist(bench, bench.turn);
    if (result.follows) return result;
    await bench.clock.advance(result.waitSeconds);
  }
  throw new Error('never follows');
}

/** Calls the step as the state machine does, until a turn has asked by this rule. */
export async function untilRule(bench: Prepared, ruleId: string): Promise<void> {
  for (let turn = 0; turn < 300; turn += 1) {
    const result = await bench.turn();
    if (result.ruleId === ruleId) return;
    await bench.clock.advance(result.waitSeconds);
  }
  throw new Error(`never ${ruleId}`);
}

/** One turn that asks, or waits, by this rule. */
export async function expectTurn(bench: Prepared, ruleId: string, seconds = 5): Promise<void> {
  expect(await bench.turn()).toMatchObject({ ruleId, follows: false });
  await bench.clock.advance(seconds);
}
