import type { Layer } from '../lab/simulation/search/report.ts';
import { oneOf } from './args.ts';

const layers = {
  none: [],
  single: ['single'],
  events: ['boundary'],
  random: ['walk'],
  pairs: ['pair'],
  all: ['single', 'boundary', 'walk', 'pair'],
} as const satisfies Readonly<Record<string, readonly Layer[]>>;

/** What `--faults` may name. */
export const faultWords = ['none', 'single', 'events', 'random', 'pairs', 'all'] as const;

/** The layers that `--faults` names, separated by commas. @throws UsageError for another word */
export function layersNamed(words: string): readonly Layer[] {
  const named = words
    .split(',')
    .flatMap((word) => layers[oneOf('--faults', word, faultWords) ?? 'none']);
  return ['clean', ...new Set(named)];
}

/** Enough to demand that everything which must be reached is reached. */
export function isWhole(chosen: readonly Layer[]): boolean {
  return chosen.includes('single') && chosen.includes('walk');
}
