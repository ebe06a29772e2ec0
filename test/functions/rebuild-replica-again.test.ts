import { describe, expect, it } from '@jest/globals';
import type { FaultKind } from './faults.ts';
import { changes, KEPT, prepareRebuild, untilFollowing } from './rebuild-bench.ts';

describe('RebuildReplica, called again', () => {
  it.each(changes)(
    'waits after %s was sent and never arrived, then asks again',
    async (command) => {
      const bench = await prepareRebuild();
      bench.faults.inject('request lost', 1, command);
      await untilFollowing(bench);
      expect(bench.faults.count(command)).toBe(2);
      expect([bench.world.snapshots.size, bench.world.databases.size]).toEqual([1, 3]);
    },
  );

  it.each(['reply lost', 'crash after'] as const)(
    'makes nothing twice where each call has its effect, and %s',
    async (kind) => {
      const bench = await prepareRebuild();
      for (const command of changes) bench.faults.inject(kind, 1, command);
      await untilFollowing(bench);
      expect(bench.counts()).toEqual([1, 1, 1]);
    },
  );

  it('keeps the same whatever fails once, at every call of the way', async () => {
    const clean = await prepareRebuild();
    const before = clean.faults.calls.length;
    await untilFollowing(clean);
    const calls = clean.faults.calls.slice(before);
    const kinds: readonly FaultKind[] = ['reply lost', 'crash before'];
    // It looks again and again: the first look, the one after it and the last one are all there are.
    const names = calls.map(({ command }) => command);
    const spoiled = names.flatMap((name, at) => {
      const [first, second] = names.flatMap((each, index) => (each === name ? index : []));
      return [first, second, names.lastIndexOf(name)].includes(at) ? at + 1 : [];
    });
    expect(spoiled.length).toBeGreaterThan(12);
    for (const nth of spoiled) {
      for (const kind of kinds) {
        const bench = await prepareRebuild();
        bench.faults.inject(kind, nth);
        await untilFollowing(bench);
        const left = [[...bench.world.databases.keys()], [...bench.world.snapshots]];
        expect([kind, nth, bench.world.databases.get(KEPT) === bench.old, ...left]).toEqual([
          ...[kind, nth, true],
          ...[[...clean.world.databases.keys()], [...clean.world.snapshots]],
        ]);
      }
    }
  });
});
