import type { Json } from '../../core/json.ts';

/**
 * EventBridge's matching, as far as the rules use it: nested fields, lists of exact values,
 * `prefix`, `exists: true` and `anything-but`. An array in the event matches if one of its items
 * does. Any other operator is an error.
 */
export function matches(pattern: Json, event: Json | undefined): boolean {
  if (Array.isArray(pattern)) return matchesAny(pattern, event);
  if (!isObject(pattern)) throw new Error('A pattern is made of objects and lists.');
  return Object.entries(pattern).every(([key, inner]) =>
    matches(inner, isObject(event) ? event[key] : undefined),
  );
}

function matchesAny(choices: readonly Json[], found: Json | undefined): boolean {
  const values = Array.isArray(found) ? found : [found];
  return choices.some((choice) => values.some((value) => matchesOne(choice, value)));
}

function matchesOne(choice: Json, value: unknown): boolean {
  if (!isObject(choice)) return choice === value;
  const [operator, ...others] = Object.keys(choice);
  const wanted = choice['prefix'];
  if (typeof wanted === 'string' && others.length === 0) {
    return typeof value === 'string' && value.startsWith(wanted);
  }
  // True of leaves only: an object in its place is nothing that exists.
  if (choice['exists'] === true && others.length === 0) {
    return value !== undefined && !isObject(value);
  }
  if (operator !== 'anything-but' || others.length > 0) {
    throw new Error(`The lab does not model the operator ${JSON.stringify(choice)}.`);
  }
  return value !== undefined && choice[operator] !== value;
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
