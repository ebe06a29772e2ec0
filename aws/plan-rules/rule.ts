import type * as z from 'zod';
import { Plan } from '../plan.ts';
import type { PlanPath } from '../plan-source.ts';

/** The sections of a plan that can be read; those with mistakes are left out. */
export const PlanSections = Plan.partial();
export type PlanSections = z.infer<typeof PlanSections>;

type Section = keyof Plan;

/** What a rule found: where, what, and what would be right. */
export interface Finding {
  readonly path: PlanPath;
  readonly found: string;
  readonly expected: string;
}

/** A row of the table: something that one section of a plan demands of another. */
export interface PlanRule {
  /** Stable name, for tests and documentation. */
  readonly id: string;
  /** One sentence: what goes wrong in a plan that breaks the rule. */
  readonly why: string;
  /** Nothing if the rule holds, or if a section that it needs is broken. */
  readonly check: (sections: PlanSections, broken: ReadonlySet<string>) => readonly Finding[];
}

/** Makes a row. The rule is given the sections that it names, and no others. */
export function rule<Needed extends Section>(row: {
  readonly id: string;
  readonly why: string;
  readonly needs: readonly Needed[];
  readonly check: (plan: Pick<Plan, Needed>) => readonly Finding[];
}): PlanRule {
  const { id, why, needs, check } = row;
  return {
    id,
    why,
    check: (sections, broken) => (hasAll(sections, needs, broken) ? check(sections) : []),
  };
}

function hasAll<Needed extends Section>(
  sections: PlanSections,
  needs: readonly Needed[],
  broken: ReadonlySet<string>,
): sections is PlanSections & Pick<Plan, Needed> {
  return needs.every((name) => !broken.has(name) && sections[name] !== undefined);
}

/** The Region in an ARN. */
export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}

/** The host of a URL or name, as it can be compared with another. */
export function hostOf(urlOrName: string): string {
  const host = urlOrName.includes('://') ? new URL(urlOrName).hostname : urlOrName;
  return host.toLowerCase().replace(/\.$/, '');
}
