import { expect } from '@jest/globals';
import type { World } from '../../lab/world/world.ts';
import type { FaultKind } from './faults.ts';
import { faultKinds } from './faults.ts';
import type { Bench } from './support.ts';

/** A step is tried so often, as the state machine does. */
const ATTEMPTS = 4;

/** Differs where a retry is told of, or where a message was posted twice. */
const mayDiffer = /\|(LEDGER|SLACK)#/;

/** What a run left in the world. The ledger may tell of a retry, and messages may come twice. */
export function footprint(world: World): object {
  const items = [...world.items].filter(([key]) => !mayDiffer.test(key));
  const fleets = [...world.fleets].map(([id, { min, desired, max, suspended }]) => {
    return [id, { min, desired, max, suspended: [...suspended] }] as const;
  });
  return {
    items: Object.fromEntries(items.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    databases: [...world.databases.values()].map((database) => ({ ...database })),
    fleets: Object.fromEntries(fleets),
    ingress: structuredClone([...world.ingress, ...world.back.ingress]),
    snapshots: Object.fromEntries(world.snapshots),
    objects: [...world.objects.keys()].toSorted(),
    parameters: Object.fromEntries(world.parameters),
    promotions: world.promotions,
    told: [...new Set(world.deliveries.map(({ channel, subject }) => `${channel}: ${subject}`))],
  };
}

/** Repeats what fails, as the state machine does; a crash ends with the next attempt. */
export async function persist<T>(bench: Bench, action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await action();
      bench.faults.assertAlive();
      return result;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      bench.faults.revive();
    }
  }
}

/** Compares what the nth call's failure and the retries left with what a clean run leaves. */
export async function sweep<B extends Bench>(
  prepare: () => Promise<B>,
  action: (bench: B) => Promise<unknown>,
  kinds: readonly FaultKind[] = faultKinds,
): Promise<void> {
  const clean = await prepare();
  const before = clean.faults.calls.length;
  await action(clean);
  const calls = clean.faults.calls.slice(before);
  expect(calls.length).toBeGreaterThan(0);
  await action(clean);
  const wanted = footprint(clean.world);
  for (const [index, call] of calls.entries()) {
    for (const kind of kinds) {
      const bench = await prepare();
      bench.faults.inject(kind, index + 1);
      await persist(bench, () => action(bench));
      const found = { fault: `${kind} at ${index + 1} ${call.command}`, ...footprint(bench.world) };
      expect(found).toEqual({ ...found, ...wanted });
    }
  }
}
