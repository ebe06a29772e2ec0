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
    if (violations.some(({ invariant }) => invariant === id)) return;
    const event = ghost.events.length - 1;
    const at = ghost.events.at(-1)?.at ?? ghost.startedAt;
    const atSeconds = (at - ghost.startedAt) / 1000;
    violations.push({ invariant: id, promise, title, why, atSeconds, event });
  };
  ghost.listen((event: Noted) => {
    for (const invariant of invariants) {
      if (invariant.premise(event, seen)) premises.add(invariant.id);
      const why = invariant.check?.(event, seen);
      if (why !== undefined) report(invariant, why);
    }
  });
  return {
    violations,
    premises,
    finish() {
      for (const invariant of invariants) {
        const why = invariant.atEnd?.(seen);
        if (why !== undefined) report(invariant, why);
      }
    },
  };
}
