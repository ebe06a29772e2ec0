import { channelRules } from './plan-rules/channels.ts';
import { decisionRules } from './plan-rules/decisions.ts';
import { endpointRules } from './plan-rules/endpoints.ts';
import { checkWayBack, failbackRules } from './plan-rules/failback.ts';
import { referenceRules } from './plan-rules/references.ts';
import { reconciliationRules } from './plan-rules/reconciliation.ts';
import { regionRules } from './plan-rules/regions.ts';
import type { Finding, PlanRule } from './plan-rules/rule.ts';
import { PlanSections } from './plan-rules/rule.ts';

/** Everything that one field of a plan demands of another. Every row is checked, none is first. */
export const planRules: readonly PlanRule[] = [
  ...regionRules,
  ...referenceRules,
  ...endpointRules,
  ...decisionRules,
  ...channelRules,
  ...failbackRules,
  ...reconciliationRules,
];

/**
 * Checks the rules that can be checked: those whose sections have no mistake of their own. The
 * value may be anything; `broken` names the sections in which the schema found mistakes.
 */
export function checkRules(value: unknown, broken: ReadonlySet<string>): readonly Finding[] {
  if (typeof value !== 'object' || value === null) return [];
  const known = new Set(Object.keys(PlanSections.shape));
  const readable = Object.entries(value).filter(([name]) => known.has(name) && !broken.has(name));
  const sections = PlanSections.safeParse(Object.fromEntries(readable));
  if (!sections.success) return [];
  const found = planRules.flatMap(({ check }) => check(sections.data, broken));
  return [...found, ...checkWayBack(value, planRules)];
}
