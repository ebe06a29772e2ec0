import type { Observers } from '../account.ts';
import { named } from './fault-errors.ts';

/**
 * How a function fails: it refuses its input as ours do, it cannot even start, or it does its work
 * and answers as no version of it that we know.
 */
export type Breakage = 'refuses' | 'cannotStart' | 'answersNothing';

const errors: Readonly<Record<Exclude<Breakage, 'answersNothing'>, () => Error>> = {
  refuses: () => named('InvalidInputError', 'input: found another version', 400),
  cannotStart: () => named('Runtime.ImportModuleError', 'Cannot find module', 500),
};

/** The functions that a bad deployment broke, of one run. */
export interface BrokenFunctions {
  /** Breaks the function that a state is about to call: for every state that calls it, from then on. */
  breakAt(state: string, how: Breakage): void;
  readonly aroundInvoke: NonNullable<Observers['aroundInvoke']>;
  /** The deployment is mended. */
  heal(): void;
}

/** Watches which state calls which function, and fails those that are broken. */
export function createBrokenFunctions(): BrokenFunctions {
  const awaited = new Map<string, Breakage>();
  const broken = new Map<string, Breakage>();
  return {
    breakAt(state, how) {
      awaited.set(state, how);
    },
    async aroundInvoke({ functionArn, stateName }, run) {
      const breaksNow = awaited.get(stateName);
      if (breaksNow !== undefined) broken.set(functionArn, breaksNow);
      const how = broken.get(functionArn);
      if (how === undefined) return await run();
      if (how !== 'answersNothing') throw errors[how]();
      await run();
      return {};
    },
    heal() {
      awaited.clear();
      broken.clear();
    },
  };
}
