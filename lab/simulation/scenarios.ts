import type { Scenario } from './scenario.ts';
import { askedStories } from './stories/asked.ts';
import { driverStories } from './stories/drivers.ts';
import { harderStories } from './stories/harder.ts';
import { moveStories } from './stories/moves.ts';
import { reconcileStories } from './stories/reconciliations.ts';
import { outageStories } from './stories/outages.ts';
import { unclearStories } from './stories/unclear.ts';

/** Each baseline of the search. The first is the default. */
export const scenarios: readonly Scenario[] = [
  ...outageStories,
  ...askedStories,
  ...unclearStories,
  ...harderStories,
  ...driverStories,
  ...moveStories,
  ...reconcileStories,
];

/** The scenario of this name. @throws Error with all names if there is none */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = scenarios.map((scenario) => scenario.name).join(', ');
  throw new Error(`There is no scenario ${name}. There are: ${names}.`);
}
