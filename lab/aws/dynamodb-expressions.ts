import { UnmodelledCallError } from './service.ts';

/** An item as plain values. */
export type Item = Record<string, unknown>;

/** Names and values that an expression refers to. */
export interface Bindings {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

const compare: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  // Only text is compared by order here: instants in ISO 8601.
  '>': (a, b) => typeof a === 'string' && typeof b === 'string' && a > b,
};

/**
 * Evaluates a condition made of comparisons and `attribute_not_exists`, joined by AND or by OR
 * (never both): what our stores use. Anything else is an error.
 */
export function holds(condition: string, item: Item | undefined, bindings: Bindings): boolean {
  const hasOr = condition.includes(' OR ');
  if (hasOr && condition.includes(' AND ')) {
    throw new UnmodelledCallError(`The lab does not mix AND and OR: ${condition}`);
  }
  const terms = condition.split(hasOr ? ' OR ' : ' AND ');
  const results = terms.map((term) => holdsTerm(term.trim(), item, bindings));
  return hasOr ? results.some(Boolean) : results.every(Boolean);
}

function holdsTerm(term: string, item: Item | undefined, bindings: Bindings): boolean {
  const missing = /^attribute_not_exists\((\S+)\)$/.exec(term);
  if (missing?.[1] !== undefined) {
    return item?.[nameOf(missing[1], bindings)] === undefined;
  }
  const [, name = '', operator = '', value = ''] = /^(\S+) (=|<>|>) (:\S+)$/.exec(term) ?? [];
  const comparison = compare[operator];
  if (comparison === undefined) {
    throw new UnmodelledCallError(`The lab does not model this condition: ${term}`);
  }
  const found = item?.[nameOf(name, bindings)];
  // DynamoDB: a comparison with an attribute that does not exist is false, except <>.
  if (found === undefined) return operator === '<>';
  return comparison(found, valueOf(value, bindings));
}

/** Applies `SET a = :a, b = :b` and `REMOVE c`. */
export function update(expression: string, item: Item, bindings: Bindings): Item {
  const [, set, remove] = /^SET (.+?)(?: REMOVE (.+))?$/.exec(expression) ?? [];
  if (set === undefined) {
    throw new UnmodelledCallError(`The lab does not model this update: ${expression}`);
  }
  const assigned = set.split(',').map((part) => {
    const [, name, value] = /^\s*(\S+) = (:\S+)\s*$/.exec(part) ?? [];
    if (name === undefined || value === undefined) {
      throw new UnmodelledCallError(`The lab does not model this update: ${part}`);
    }
    return [nameOf(name, bindings), valueOf(value, bindings)] as const;
  });
  const removed = new Set((remove ?? '').split(',').map((name) => nameOf(name.trim(), bindings)));
  const kept = Object.entries(item).filter(([name]) => !removed.has(name));
  return { ...Object.fromEntries(kept), ...Object.fromEntries(assigned) };
}

function nameOf(name: string, { names }: Bindings): string {
  if (!name.startsWith('#')) return name;
  const found = names[name];
  if (found === undefined) throw new UnmodelledCallError(`${name} is not bound.`);
  return found;
}

function valueOf(value: string, { values }: Bindings): unknown {
  if (!(value in values)) throw new UnmodelledCallError(`${value} is not bound.`);
  return values[value];
}
