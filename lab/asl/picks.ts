import type { Json } from '../../core/json.ts';
import { compile, expressionIn } from './expressions.ts';
import { isJsonArray, isKept, isRecord, keep, throughWire } from './json.ts';

/** The value or function of a name that an expression uses, without the dollar sign. */
export type Lookup = (name: string) => unknown;

/**
 * What a template gives if all it does is to pick values by their names and to compare them with
 * `=` and `!=`, which most templates do: JSONata takes a dozen promises for each of these. Nothing
 * else is guessed: undefined means that JSONata has to be asked.
 */
export function pickTemplate(template: Json, lookup: Lookup): Json | undefined {
  const pick = pickFor(template);
  const value = pick === undefined ? unsure : pick(lookup);
  return isTravelling(value) ? value : undefined;
}

/** Not decided here: an array on the way, a name that is not set, a result that cannot travel. */
const unsure = Symbol('unsure');

/** The value as JSONata gives it, undefined where it finds nothing, or `unsure`. */
type Pick = (lookup: Lookup) => unknown;

const ofTexts = new Map<string, Pick | undefined>();
const ofParts = new WeakMap<object, { readonly pick: Pick | undefined }>();

function pickFor(template: Json): Pick | undefined {
  if (typeof template === 'string') {
    if (!ofTexts.has(template)) ofTexts.set(template, pickForText(template));
    return ofTexts.get(template);
  }
  if (template === null || typeof template !== 'object') return () => template;
  const known = ofParts.get(template) ?? { pick: pickForParts(template) };
  ofParts.set(template, known);
  return known.pick;
}

function pickForText(text: string): Pick | undefined {
  const source = expressionIn(text);
  if (source === undefined) return () => text;
  try {
    return pickForNode(compile(source).ast());
  } catch {
    return undefined; // The evaluation says what is wrong with it.
  }
}

function pickForParts(template: Json & object): Pick | undefined {
  if (stringsOnly(template)) {
    const constant = throughWire(template);
    return () => constant;
  }
  const parts: [string, Pick][] = [];
  for (const [key, part] of Object.entries(template)) {
    const pick = key === '__proto__' ? undefined : pickFor(part);
    if (pick === undefined) return undefined;
    parts.push([key, pick]);
  }
  const isList = isJsonArray(template);
  return (lookup) => {
    const picked: Record<string, Json> = {};
    for (const [key, pick] of parts) {
      const value = pick(lookup);
      if (!isTravelling(value)) return unsure;
      picked[key] = value;
    }
    return keep(isList ? Object.values(picked) : picked);
  };
}

function stringsOnly(template: Json): boolean {
  if (typeof template === 'string') return expressionIn(template) === undefined;
  if (template === null || typeof template !== 'object') return true;
  return Object.values(template).every(stringsOnly);
}

/** What is handed on as it is: JSONata's own values are looked through elsewhere. */
function isTravelling(value: unknown): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  return typeof value === 'number' ? Number.isFinite(value) : isKept(value);
}

/** A node of JSONata's tree with these fields and no others, such as predicates and groupings. */
function isBare(node: unknown, fields: readonly string[]): node is Record<string, unknown> {
  if (!isRecord(node)) return false;
  return Object.keys(node).every((key) => key === 'position' || fields.includes(key));
}

function pickForNode(node: unknown): Pick | undefined {
  if (!isRecord(node)) return undefined;
  switch (node['type']) {
    case 'string':
    case 'number':
    case 'value': {
      const { value } = node;
      return isBare(node, ['type', 'value']) ? () => value : undefined;
    }
    case 'variable':
      return pickForPath([node]);
    case 'path':
      return isBare(node, ['type', 'steps']) ? pickForPath(node['steps']) : undefined;
    case 'binary':
      return isBare(node, ['type', 'value', 'lhs', 'rhs']) ? pickForComparison(node) : undefined;
    default:
      return undefined;
  }
}

function pickForPath(steps: unknown): Pick | undefined {
  if (!Array.isArray(steps)) return undefined;
  const names: string[] = [];
  for (const [index, step] of steps.entries()) {
    if (!isBare(step, ['type', 'value'])) return undefined;
    const { type, value } = step;
    if (type !== (index === 0 ? 'variable' : 'name') || typeof value !== 'string') return undefined;
    names.push(value);
  }
  const [root = '', ...rest] = names;
  // The nameless variable is the input; a name with a function behind it is not set here.
  return root === '' ? undefined : (lookup) => walk(lookup(root), rest);
}

function walk(root: unknown, names: readonly string[]): unknown {
  if (root === undefined || typeof root === 'function') return unsure;
  let value: unknown = root;
  for (const name of names) {
    if (value === undefined) return undefined;
    if (Array.isArray(value)) return unsure;
    if (!isRecord(value)) return undefined;
    if (!Object.hasOwn(value, name) && name in value) return unsure;
    value = value[name];
  }
  return value;
}

function pickForComparison({ value: operator, lhs, rhs }: Record<string, unknown>) {
  const [left, right] = [pickForNode(lhs), pickForNode(rhs)];
  if (left === undefined || right === undefined) return undefined;
  if (operator !== '=' && operator !== '!=') return undefined;
  return (lookup: Lookup): unknown => {
    const [one, other] = [left(lookup), right(lookup)];
    if (one === unsure || other === unsure || (isTree(one) && isTree(other))) return unsure;
    // What is not there equals nothing and differs from nothing.
    if (one === undefined || other === undefined) return false;
    return operator === '=' ? one === other : one !== other;
  };
}

function isTree(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
