/** A row of a decision table. The first row whose `when` holds decides; the last row always holds. */
export interface Rule<Facts, Outcome extends string> {
  /** Stable name, logged with the decision. */
  readonly id: string;
  readonly when: (facts: Facts) => boolean;
  readonly then: Outcome;
  /** One sentence: why this outcome is right when the condition holds. */
  readonly why: string;
  /** Adds the figures of this case to `why`. */
  readonly detail?: (facts: Facts) => string;
}

/** What a table decided, and which row did. */
export interface Decision<Outcome extends string> {
  readonly outcome: Outcome;
  readonly ruleId: string;
  readonly why: string;
}

/**
 * Applies an ordered rule table: the first row that matches decides.
 * @throws Error if no row matches: a table must end with a row that always does.
 */
export function decide<Facts, Outcome extends string>(
  rules: readonly Rule<Facts, Outcome>[],
  facts: Facts,
): Decision<Outcome> {
  const rule = rules.find(({ when }) => when(facts));
  if (rule === undefined) throw new Error('The rule table has no row for this case.');
  const detail = rule.detail?.(facts);
  const why = detail === undefined ? rule.why : `${rule.why} ${detail}`;
  return { outcome: rule.then, ruleId: rule.id, why };
}
