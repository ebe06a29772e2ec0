import fc from 'fast-check';
import { DatabasePair } from '../../../lab/simulation/world/databases.ts';
import type { Place, WriteResult } from '../../../lab/simulation/world/databases.ts';

/** What is done to a pair of databases, simulated or real. */
export interface Pair {
  write(place: Place, write: number): Promise<WriteResult>;
  setLink(up: boolean): Promise<void>;
  /** @returns whether the standby was one that could be promoted */
  promote(): Promise<boolean>;
  stop(place: Place): Promise<void>;
  /** Does nothing where the place runs. */
  start(place: Place): Promise<void>;
  /** @returns whether somebody was there to be told */
  setReadOnly(place: Place, readOnly: boolean): Promise<boolean>;
  look(): Promise<Sight>;
}

/** What anybody can see of a pair. */
export interface Sight extends Readonly<Record<Place, PlaceSight>> {
  /** Writes of the primary that the standby lacks; undefined while one of them cannot be read. */
  readonly missing: readonly number[] | undefined;
}

/** What anybody can see of a place. */
export interface PlaceSight {
  readonly running: boolean;
  readonly isWriter: boolean;
  readonly accepts: boolean;
  /** Undefined while nobody can read them. */
  readonly writes: readonly number[] | undefined;
}

type Act = (pair: Pair, write: number) => Promise<unknown>;

const restart = async (pair: Pair, place: Place): Promise<void> => {
  await pair.stop(place);
  await pair.start(place);
};

/** What each command does. What it returns is compared, too. */
export const commands = {
  'write primary': (pair, write) => pair.write('primary', write),
  'write standby': (pair, write) => pair.write('standby', write),
  'cut link': (pair) => pair.setLink(false),
  'heal link': (pair) => pair.setLink(true),
  'promote standby': (pair) => pair.promote(),
  'restart primary': (pair) => restart(pair, 'primary'),
  'restart standby': (pair) => restart(pair, 'standby'),
  'stop primary': (pair) => pair.stop('primary'),
  'stop standby': (pair) => pair.stop('standby'),
  'start primary': (pair) => pair.start('primary'),
  'start standby': (pair) => pair.start('standby'),
  'fence primary': (pair) => pair.setReadOnly('primary', true),
  'fence standby': (pair) => pair.setReadOnly('standby', true),
  'unfence primary': (pair) => pair.setReadOnly('primary', false),
  'unfence standby': (pair) => pair.setReadOnly('standby', false),
} satisfies Record<string, Act>;

/** The name of a command. */
export type Command = keyof typeof commands;

const weights: readonly (readonly [weight: number, command: Command])[] = [
  [6, 'write primary'],
  [4, 'write standby'],
  [2, 'cut link'],
  [2, 'heal link'],
  [2, 'promote standby'],
  [2, 'restart primary'],
  [2, 'restart standby'],
  [1, 'stop primary'],
  [1, 'stop standby'],
  [2, 'start primary'],
  [2, 'start standby'],
  [1, 'fence primary'],
  [1, 'fence standby'],
  [1, 'unfence primary'],
  [1, 'unfence standby'],
];

/** Any sequence of commands; shrinks to a shorter one. */
export function anySequence(maxLength: number): fc.Arbitrary<Command[]> {
  const anyCommand = fc.oneof(
    ...weights.map(([weight, command]) => ({ weight, arbitrary: fc.constant(command) })),
  );
  return fc.array(anyCommand, { minLength: 1, maxLength, size: 'max' });
}

/** Behind every sequence: nothing crosses any more, and whoever is down tells what it kept. */
export const ending: readonly Command[] = [
  'cut link',
  'start primary',
  'start standby',
  'write primary',
  'write standby',
];

/** The simulated pair, whose commits cross at once; its clock ticks with each command. */
export function createSimulatedPair(): Pair {
  const databases = new DatabasePair(0);
  let at = 0;
  const look = (place: Place): PlaceSight => {
    const running = databases.isRunning(place);
    const writes = databases.commits(place, at).map(({ write }) => write);
    return {
      running,
      isWriter: databases.isWriter(place),
      accepts: databases.accepts(place),
      writes: running ? writes : undefined,
    };
  };
  return {
    write: async (place, write) => databases.write(place, write, (at += 1)),
    setLink: async (up) => {
      databases.setLink(up, (at += 1));
    },
    promote: async () => databases.promote((at += 1)),
    stop: async (place) => {
      databases.stop(place, (at += 1));
    },
    start: async (place) => {
      databases.start(place, (at += 1));
    },
    setReadOnly: async (place, readOnly) => databases.setReadOnly(place, readOnly, (at += 1)),
    look: async () => {
      const [primary, standby] = [look('primary'), look('standby')];
      const missing = databases.missing(at).map(({ write }) => write);
      const isReadable = primary.running && standby.running;
      return { primary, standby, missing: isReadable ? missing : undefined };
    },
  };
}
