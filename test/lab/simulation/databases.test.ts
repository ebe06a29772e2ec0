import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DatabasePair } from '../../../lab/simulation/world/databases.ts';
import type { Place } from '../../../lab/simulation/world/databases.ts';

const kinds = ['write', 'cut', 'heal', 'stop', 'start', 'fence', 'unfence', 'promote'] as const;

/** A command, and how long after the one before it. */
interface Command {
  readonly milliseconds: number;
  readonly kind: (typeof kinds)[number];
  readonly place: Place;
}

/** Where a story is after one of its commands. */
interface Scene {
  readonly pair: DatabasePair;
  readonly at: number;
  readonly isForked: boolean;
  readonly acknowledged: Readonly<Record<Place, readonly number[]>>;
}

const anyLag = fc.integer({ min: 0, max: 20 });
const anyStory = fc.array(
  fc.record<Command>({
    milliseconds: fc.integer({ min: 1, max: 9 }),
    kind: fc.oneof(fc.constant<Command['kind']>('write'), fc.constantFrom(...kinds)),
    place: fc.constantFrom<Place>('primary', 'primary', 'standby'),
  }),
  { maxLength: 60 },
);

/** Checks each scene of any story, whatever the lag. */
function always(check: (scene: Scene, lagMilliseconds: number) => void): void {
  const property = fc.property(anyLag, anyStory, (lag, story) => {
    for (const scene of play(new DatabasePair(lag), story)) check(scene, lag);
  });
  fc.assert(property, { numRuns: 500 });
}

function* play(pair: DatabasePair, story: readonly Command[]): Generator<Scene> {
  const acknowledged: Record<Place, number[]> = { primary: [], standby: [] };
  let at = 1_000;
  for (const command of story) {
    const { milliseconds, kind, place } = command;
    at += milliseconds;
    // A write is numbered by its instant.
    if (kind !== 'write') act(pair, command, at);
    else if (pair.write(place, at, at) === 'committed') acknowledged[place].push(at);
    yield { pair, at, isForked: pair.isWriter('standby'), acknowledged };
  }
}

function act(pair: DatabasePair, { kind, place }: Command, at: number): void {
  if (kind === 'cut' || kind === 'heal') pair.setLink(kind === 'heal', at);
  if (kind === 'fence' || kind === 'unfence') pair.setReadOnly(place, kind === 'fence', at);
  if (kind === 'stop') pair.stop(place, at);
  if (kind === 'start') pair.start(place, at);
  if (kind === 'promote') pair.promote(at);
}

const writesOf = ({ pair, at }: Scene, place: Place): number[] =>
  pair.commits(place, at).map(({ write }) => write);

describe('a pair of databases', () => {
  it('refuses a write at a standby, at a fenced place and at one that is down', () => {
    const pair = new DatabasePair(0);
    expect(pair.write('standby', 1, 1)).toBe('in recovery');
    pair.setReadOnly('primary', true, 2);
    expect(pair.write('primary', 2, 2)).toBe('read only');
    pair.stop('primary', 3);
    expect(pair.write('primary', 3, 3)).toBe('stopped');
    pair.start('primary', 4);
    expect(pair.write('primary', 4, 4)).toBe('read only');
    expect(pair.commits('primary', 5)).toStrictEqual([]);
  });

  it('can neither be promoted nor fenced where it is down', () => {
    const pair = new DatabasePair(0);
    pair.stop('standby', 1);
    expect(pair.promote(2)).toBe(false);
    expect(pair.setReadOnly('standby', true, 2)).toBe(false);
    pair.start('standby', 3);
    expect(pair.isWriter('standby')).toBe(false);
    expect(pair.promote(4)).toBe(true);
    expect(pair.promote(5)).toBe(false);
    expect(pair.accepts('standby')).toBe(true);
  });

  it('accepts a write exactly where a write commits', () => {
    always(({ pair, at }) => {
      for (const place of ['primary', 'standby'] as const) {
        const accepts = pair.accepts(place);
        expect(pair.write(place, at, at) === 'committed').toBe(accepts);
      }
    });
  });

  it('shows nothing that was not written, and at a writer all that it acknowledged', () => {
    always((scene) => {
      const { primary, standby } = scene.acknowledged;
      expect(writesOf(scene, 'primary')).toStrictEqual(primary);
      const shown = writesOf(scene, 'standby');
      expect(shown).toStrictEqual([...new Set(shown)]);
      expect([...primary, ...standby]).toEqual(expect.arrayContaining(shown));
      expect(shown).toEqual(expect.arrayContaining([...standby]));
    });
  });

  it('lets a prefix of the log of the primary cross, which a fork ends and nothing takes back', () => {
    let crossed: { readonly of: DatabasePair; readonly writes: number[] } | undefined;
    always((scene) => {
      const { pair, at, isForked, acknowledged } = scene;
      const { primary, standby } = acknowledged;
      const prefix = writesOf(scene, 'standby').filter((write) => primary.includes(write));
      const missing = pair.missing(at).map(({ write }) => write);
      expect([...prefix, ...missing]).toStrictEqual(primary);
      const before = crossed?.of === pair ? crossed.writes : [];
      expect(prefix.slice(0, before.length)).toStrictEqual(before);
      if (isForked) expect(writesOf(scene, 'standby')).toStrictEqual([...prefix, ...standby]);
      if (isForked && standby.length > 0) expect(prefix).toStrictEqual(before);
      crossed = { of: pair, writes: prefix };
    });
  });

  it('lets a commit cross after the lag', () => {
    const pair = new DatabasePair(10);
    pair.write('primary', 1, 100);
    expect(pair.commits('standby', 109)).toStrictEqual([]);
    expect(pair.commits('standby', 110)).toStrictEqual([{ write: 1, at: 100 }]);
    pair.write('primary', 2, 111);
    pair.setLink(false, 120);
    expect(pair.missing(500)).toStrictEqual([{ write: 2, at: 111 }]);
    pair.setLink(true, 500);
    expect(pair.missing(500)).toStrictEqual([]);
  });
});

describe('the lag of a pair', () => {
  it('grows with the clock while the link is cut, and is the lag of the pair otherwise', () => {
    const anyLinks = fc.array(
      fc.record({ up: fc.boolean(), milliseconds: fc.integer({ min: 1, max: 50 }) }),
    );
    const property = fc.property(anyLag, anyLinks, (lag, links) => {
      const pair = new DatabasePair(lag);
      let at = 1_000;
      let cutAt: number | undefined;
      for (const { up, milliseconds } of links) {
        pair.setLink(up, at);
        cutAt = up ? undefined : (cutAt ?? at);
        at += milliseconds;
        expect(pair.lagMillisecondsAt(at)).toBe(lag + (cutAt === undefined ? 0 : at - cutAt));
      }
    });
    fc.assert(property);
  });

  it('is the age of the newest heartbeat of the primary that a standby shows, at any time', () => {
    const property = fc.property(anyLag, anyStory, (lag, story) => {
      const pair = new DatabasePair(lag);
      const end = story.reduce((sum, { milliseconds }) => sum + milliseconds, 1_100);
      const acts = new Map<number, Command>();
      story.reduce((sum, each) => {
        acts.set(sum + each.milliseconds, each);
        return sum + each.milliseconds;
      }, 1_000);
      const ages = new Map<number, number>();
      for (let at = 900; at < end; at += 1) {
        // A heartbeat each millisecond, and nothing else: just before a command, and just after.
        pair.write('primary', at, at);
        const command = acts.get(at);
        if (command !== undefined && command.kind !== 'promote') act(pair, command, at);
        pair.write('primary', at, at);
        const newest = pair.commits('standby', at).at(-1);
        if (newest !== undefined) ages.set(at, at - newest.at);
      }
      for (const [at, age] of ages) expect([at, pair.lagMillisecondsAt(at)]).toEqual([at, age]);
    });
    fc.assert(property, { numRuns: 100 });
  });
});
