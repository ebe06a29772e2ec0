import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextPollSeconds } from '../../../core/poll.ts';
import { decide } from '../../../core/rules.ts';
import type {
  RebuildCall as Call,
  RebuildFacts,
  RebuildOutcome,
} from '../../../core/switchover/rebuild.ts';
import { rebuildRules } from '../../../core/switchover/rebuild.ts';
import { after, dateAfter, T0 } from '../support.ts';

type Fault = 'none' | 'request lost' | 'reply lost';

/** What a run of the loop is given: how slow, how stale and how unreliable everything is. */
interface World {
  readonly snapshotSeconds: number;
  readonly renameSeconds: number;
  readonly replicaSeconds: number;
  readonly configureSeconds: number;
  /** How old what is read is, by instance and turn: a control plane shows changes late. */
  readonly staleness: readonly (readonly [number, number, number])[];
  readonly faults: readonly Fault[];
}

/** A control plane that keeps when each call was accepted, and refuses what RDS refuses. */
function createControlPlane(world: World) {
  const { snapshotSeconds, renameSeconds, replicaSeconds, configureSeconds } = world;
  const asked: Partial<Record<Call, number>> = {};
  const accepted: { readonly call: Call; readonly hadSnapshot: boolean }[] = [];
  const isPast = (call: Call, at: number, seconds = 0): boolean =>
    at >= (asked[call] ?? Infinity) + seconds;
  const snapshot = (at: number): string | undefined => {
    if (!isPast('preserve', at)) return undefined;
    return isPast('preserve', at, snapshotSeconds) ? 'available' : 'creating';
  };
  const old = (at: number): 'available' | 'changing' =>
    snapshot(at) === 'creating' || (isPast('rename', at) && !isPast('rename', at, renameSeconds))
      ? 'changing'
      : 'available';
  const replica = (at: number): RebuildFacts['replica'] => {
    if (isPast('create', at)) return isPast('create', at, replicaSeconds) ? 'follows' : 'becoming';
    return isPast('rename', at, renameSeconds) ? 'absent' : old(at);
  };
  const kept = (at: number): RebuildFacts['kept'] =>
    isPast('rename', at, renameSeconds) ? old(at) : 'absent';
  const isConfigured = (at: number): boolean => isPast('configure', at, configureSeconds);
  const isRefused: Readonly<Record<Call, (at: number) => boolean>> = {
    preserve: (at) => snapshot(at) !== undefined || replica(at) !== 'available',
    rename: (at) => replica(at) !== 'available',
    create: (at) => replica(at) !== 'absent',
    configure: (at) => replica(at) !== 'follows',
  };
  return {
    ...{ replica, kept, snapshot, isConfigured, accepted },
    /** As soon as it is accepted its effect begins. */
    call(call: Call, at: number): void {
      if (isRefused[call](at)) return;
      accepted.push({ call, hadSnapshot: snapshot(at) === 'available' });
      asked[call] ??= at;
    },
  };
}

/** Repeats the step as the state machine does: a call that failed is followed by another look. */
function rebuild(world: World) {
  const plane = createControlPlane(world);
  const noted: Partial<Record<Call, string>> = {};
  const calls: Call[] = [];
  let at = 0;
  for (let turn = 0; turn < 2000; turn += 1) {
    const [first, second, third] = world.staleness[turn % world.staleness.length] ?? [0, 0, 0];
    const { outcome }: { readonly outcome: RebuildOutcome } = decide(rebuildRules, {
      replica: plane.replica(at - first),
      kept: plane.kept(at - second),
      snapshot: plane.snapshot(at - third),
      isConfigured: plane.isConfigured(at - first),
      renameAskedAt: noted.rename,
      createAskedAt: noted.create,
      configureAskedAt: noted.configure,
      words: '',
      startedAt: T0,
      deadlineSeconds: 43_200,
      now: dateAfter(at),
    });
    if (outcome === 'done' || outcome === 'failed') return { outcome, calls, ...plane };
    let fault: Fault = 'none';
    if (outcome !== 'wait') {
      noted[outcome] ??= after(at);
      fault = world.faults[calls.length] ?? 'none';
      calls.push(outcome);
      if (fault !== 'request lost') plane.call(outcome, at);
    }
    at += fault === 'none' ? nextPollSeconds(T0, dateAfter(at), 300) : 1;
  }
  throw new Error('The loop has no end.');
}

const STEPS: readonly Call[] = ['preserve', 'rename', 'create', 'configure'];

const worldsOf = (renameSeconds: number, kinds: readonly Fault[]): fc.Arbitrary<World> => {
  const stale = fc.integer({ min: 0, max: 120 });
  return fc.record({
    snapshotSeconds: fc.integer({ min: 1, max: 7200 }),
    renameSeconds: fc.integer({ min: 1, max: renameSeconds }),
    replicaSeconds: fc.integer({ min: 1, max: 7200 }),
    configureSeconds: fc.integer({ min: 1, max: renameSeconds }),
    staleness: fc.array(fc.tuple(stale, stale, stale), { minLength: 1, maxLength: 12 }),
    faults: fc.array(fc.constantFrom(...kinds), { maxLength: 6 }),
  });
};

it('renames only what has a snapshot, and makes and configures one replica, however slow and stale', () => {
  const worlds = worldsOf(1800, ['none', 'request lost', 'reply lost']);
  const property = fc.property(worlds, (world) => {
    const { outcome, accepted } = rebuild(world);
    // Setting the same twice changes nothing.
    const once = [...new Set(accepted.map(({ call }) => call))];
    expect(once).toEqual(STEPS.slice(0, once.length));
    const others = accepted.filter(({ call }) => call !== 'configure');
    expect(others.map(({ call }) => call)).toEqual(STEPS.slice(0, others.length));
    expect(accepted.find(({ call }) => call === 'rename')?.hadSnapshot).not.toBe(false);
    expect(outcome === 'done' ? once : STEPS).toEqual(STEPS);
  });
  fc.assert(property, { numRuns: 1000 });
});

it('ends with a replica where the control plane shows a new name within ten minutes', () => {
  const property = fc.property(worldsOf(480, ['none', 'reply lost']), (world) => {
    const { outcome, calls } = rebuild(world);
    expect([outcome, new Set(calls)]).toEqual(['done', new Set(STEPS)]);
  });
  fc.assert(property, { numRuns: 1000 });
});

it('fails at its deadline where a snapshot takes for ever, and has renamed nothing', () => {
  const world = { renameSeconds: 1, replicaSeconds: 1, configureSeconds: 1 };
  const quiet = { staleness: [], faults: [] };
  const { outcome, accepted } = rebuild({ ...world, ...quiet, snapshotSeconds: Infinity });
  expect([outcome, accepted.map(({ call }) => call)]).toEqual(['failed', ['preserve']]);
});
