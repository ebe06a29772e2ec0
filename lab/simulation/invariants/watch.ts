import type { Ghost, Noted } from '../ghost.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import type { Invariant, Seen, Violation } from './invariant.ts';
import { invariants } from './invariants.ts';

/** What the invariants found in a run. */
export interface Watch {
  readonly violations: readonly Violation[];
  readonly premises: ReadonlySet<string>;
  /** Called when the run is over. */
  finish(): void;
}

/** Holds every invariant against every event of a run. Each is reported once. */
export function watchInvariants(ghost: Ghost, stage: Stage, scenario: Scenario): Watch {
  const seen: Seen = { ghost, stage, scenario };
  const violations: Violation[] = [];
  const premises = new Set<string>();
  const report = ({ id, promise, title }: Invariant, why: string): void => {
    const event = ghost.events.length - 1;
    const at = ghost.events.at(-1)?.at ?? ghost.startedAt;
    const atSeconds = (at - ghost.startedAt) / 1000;
    violations.push({ invariant: id, promise, title, why, atSeconds, event });
  };
  // What was met or broken once is not asked again.
  const isMove = scenario.moves === true;
  const held = invariants.filter(({ of }) => of === 'all' || (of === 'moves') === isMove);
  let unmet = held;
  let unbroken = held.filter(({ check }) => check !== undefined);
  const broken = new Set<Invariant>();
  const checkAll = (
    check: (invariant: Invariant) => string | undefined,
    all: readonly Invariant[],
  ) => {
    for (const invariant of all) {
      const why = check(invariant);
      if (why === undefined || broken.has(invariant)) continue;
      broken.add(invariant);
      report(invariant, why);
    }
  };
  ghost.listen((event: Noted) => {
    const met = unmet.filter(({ premise }) => premise(event, seen));
    if (met.length > 0) unmet = unmet.filter((each) => !met.includes(each));
    for (const { id } of met) premises.add(id);
    checkAll(({ check }) => check?.(event, seen), unbroken);
    if (broken.size > 0) unbroken = unbroken.filter((each) => !broken.has(each));
  });
  return {
    violations,
    premises,
    finish() {
      checkAll(({ atEnd }) => atEnd?.(seen), held);
    },
  };
}
