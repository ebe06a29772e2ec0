import { describe, expect, it } from '@jest/globals';
import type { FaultKind } from './faults.ts';
import { changes, KEPT, OLD, prepareRebuild, untilFollowing } from './rebuild-bench.ts';

/** Each change of the way: the second that modifies an instance gives it its parameter group. */
const asked = [
  ['CreateDBSnapshot', 1],
  ['ModifyDBInstance', 1],
  ['CreateDBInstanceReadReplica', 1],
  ['ModifyDBInstance', 2],
] as const;

describe('RebuildReplica, called again', () => {
  it.each(asked)(
    'waits after %s (%s) was sent and never arrived, then asks again',
    async (command, nth) => {
      const bench = await prepareRebuild();
      bench.faults.inject('request lost', nth, command);
      await untilFollowing(bench);
      const expected = { CreateDBSnapshot: 1, ModifyDBInstance: 2, CreateDBInstanceReadReplica: 1 };
      expected[command] += 1;
      expect(bench.counts()).toEqual(changes.map((name) => expected[name]));
      expect([bench.world.snapshots.size, bench.world.databases.size]).toEqual([1, 3]);
      expect(bench.world.databases.get(OLD)?.settings).toEqual(bench.old.settings);
    },
  );

  it.each(['reply lost', 'crash after'] as const)(
    'makes nothing twice where each call has its effect, and %s',
    async (kind) => {
      const bench = await prepareRebuild();
      for (const [command, nth] of asked) bench.faults.inject(kind, nth, command);
      await untilFollowing(bench);
      expect(bench.counts()).toEqual([1, 2, 1]);
      expect(bench.world.databases.get(OLD)?.settings).toEqual(bench.old.settings);
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
        const left = ({ world }: typeof bench) => [
          ...[[...world.databases.keys()], [...world.snapshots]],
          ...[world.databases.get(OLD)?.settings, world.databases.get(OLD)?.parameters],
        ];
        const isKept = bench.world.databases.get(KEPT) === bench.old;
        expect([kind, nth, isKept, ...left(bench)]).toEqual([kind, nth, true, ...left(clean)]);
      }
    }
  });
});
