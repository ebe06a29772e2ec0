import { lockOf } from '../invariants/reads.ts';
import { questionsIn } from '../invariants/table.ts';
import type { Scenario } from '../scenario.ts';
import type { Simulated } from '../simulate.ts';

/**
 * What a run leaves behind, as text by which two runs can be compared: no times, no names that a
 * run makes up. What was said on the way does not count.
 */
export function worldLeft({ ghost, stage, ends }: Simulated, scenario: Scenario): string {
  const { facts, world, plan } = ghost;
  const lock = lockOf({ ghost, stage, scenario });
  return JSON.stringify({
    ends,
    primary: { fenced: facts.isFenced, rules: [...world.ingress.values()].map(countOf) },
    standby: { writes: facts.databases.accepts('standby'), promotions: ghost.promotionsByWorkflow },
    route: world.routing.sideOf(plan.traffic[0]?.name ?? ''),
    capacity: [...world.fleets.values()].map(({ min, desired, max, suspended }) => [
      ...[min, desired, max],
      [...suspended].toSorted(),
    ]),
    lock: lock && { status: lock.status, coolingDown: lock.promotedAt !== undefined },
    questions: questionsIn({ ghost, stage, scenario }).map(({ decision }) => decision?.decision),
  });
}

const countOf = (rules: readonly object[]): number => rules.length;
