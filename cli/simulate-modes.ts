import type { ParseArgsConfig } from 'node:util';
import { UsageError } from './io.ts';

/** The options of `failover simulate`. None has a default here: what was given must be known. */
export const simulateOptions = {
  scenario: { type: 'string' },
  faults: { type: 'string' },
  seed: { type: 'string' },
  seeds: { type: 'string' },
  every: { type: 'string' },
  budget: { type: 'string' },
  plan: { type: 'string' },
  replay: { type: 'string' },
  bugs: { type: 'boolean' },
  protocol: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options'];

type Option = keyof typeof simulateOptions;
/** What the command does: it searches unless one of its options asks for something else. */
export type Mode = 'search' | 'plan' | 'replay' | 'bugs' | 'protocol';

/** The options that say something in each mode. Any other would be ignored. */
const fitting: Readonly<Record<Mode, readonly Option[]>> = {
  search: ['scenario', 'faults', 'every', 'seed', 'seeds', 'budget', 'json'],
  plan: ['scenario', 'seed', 'seeds', 'json'],
  replay: ['json'],
  bugs: ['json'],
  protocol: ['json'],
};

/** The mode that the given options ask for. @throws UsageError naming two that do not belong */
export function modeOf(given: readonly string[]): Mode {
  const others = ['plan', 'replay', 'bugs', 'protocol'] as const;
  const mode = others.find((each) => given.includes(each));
  if (mode === undefined) return 'search';
  const fit: readonly string[] = fitting[mode];
  const stranger = given.find((option) => option !== mode && !fit.includes(option));
  if (stranger === undefined) return mode;
  const right = fit.map((option) => `--${option}`).join(', ');
  throw new UsageError(
    `--${mode} and --${stranger} exclude each other; expected with --${mode}: ${right}.`,
  );
}
