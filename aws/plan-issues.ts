import * as z from 'zod';
import { Plan } from './plan.ts';
import type { PlanPath, PlanProblem, PlanSource } from './plan-source.ts';
import { nearest, printable, showValue } from './plan-words.ts';

type Schema = z.core.JSONSchema.BaseSchema;
type Issue = z.core.$ZodIssue;

/** The plan's JSON Schema, as a person writes it: what has a default may be left out. */
const planJsonSchema: Schema = z.toJSONSchema(Plan, { io: 'input' });

/** One problem for each mistake that the schema found, at the line where it was made. */
export function describeIssue(issue: Issue, source: PlanSource): readonly PlanProblem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys')
    // `__proto__` was refused when the text was read.
    return issue.keys
      .filter((key) => key !== '__proto__')
      .map((key) => unknownKey(path, key, source));
  const value = valueAt(source.value, path);
  const expected = expectedBy(issue, path, value, source);
  return [source.problemAt(path, { found: showValue(value), expected })];
}

function unknownKey(path: PlanPath, key: string, source: PlanSource): PlanProblem {
  const allowed = Object.keys(schemaAt(path, source.value)?.properties ?? {});
  const present = keysOf(valueAt(source.value, path));
  const free = allowed.filter((name) => !present.includes(name));
  const guess = nearest(key, free);
  const expected =
    guess === undefined ? `one of ${allowed.join(', ')}` : `a known key; did you mean ${guess}?`;
  const found = `the unknown key "${printable(key)}"`;
  return source.problemAt([...path, key], { found, expected }, 'key');
}

function expectedBy(issue: Issue, path: PlanPath, value: unknown, source: PlanSource): string {
  if (issue.code === 'invalid_union' && 'options' in issue)
    return oneOf((issue.options ?? []).map(String), value);
  if (issue.code === 'invalid_format' || issue.code === 'custom')
    return issue.message.replace(/^must be /, '');
  const schema = schemaAt(path, source.value);
  return schema === undefined ? issue.message : describeSchema(schema, value);
}

/** What a part of the plan's schema allows, in words. */
function describeSchema(schema: Schema, value: unknown): string {
  // Whole: it has to be written exactly so.
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return oneOf(schema.enum.map(String), value);
  if (schema.oneOf !== undefined || schema.anyOf !== undefined)
    return `a section whose kind is ${oneOf(kindsOf(schema), undefined)}`;
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- the default is meant
  switch (schema.type) {
    case 'integer':
    case 'number': {
      const what = schema.type === 'integer' ? 'a whole number' : 'a number';
      return `${what}${range(schema.minimum, schema.maximum, '')}`;
    }
    case 'string':
      if (schema.description !== undefined && isFormed(schema)) return schema.description;
      return `a text${range(schema.minLength, schema.maxLength, ' characters', ' of')}`;
    case 'array':
      return `a list${range(schema.minItems, schema.maxItems, ' entries', ' of')}`.replace(
        / 1 entries$/,
        ' 1 entry',
      );
    case 'object': {
      const keys = schema.required ?? Object.keys(schema.properties ?? {});
      return keys.length === 0 ? 'a section' : `a section with ${keys.join(', ')}`;
    }
    default:
      return `a value of type ${String(schema.type)}`;
  }
}

/** Whether the description says what form a text must have, and not what it is for. */
const isFormed = ({ pattern, format }: Schema): boolean =>
  pattern !== undefined || format !== undefined;

function range(
  minimum: number | undefined,
  maximum: number | undefined,
  unit: string,
  of = '',
): string {
  const lowest = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const highest = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (lowest !== undefined && highest !== undefined)
    return `${of || ' from'} ${lowest} to ${highest}${unit}`;
  if (lowest !== undefined) return `${of} of at least ${lowest}${unit}`.replace('of of', 'of');
  return highest === undefined ? '' : `${of} of at most ${highest}${unit}`.replace('of of', 'of');
}

function oneOf(options: readonly string[], value: unknown): string {
  const [only] = options;
  const list = options.length === 1 && only !== undefined ? only : `one of ${options.join(', ')}`;
  const guess = typeof value === 'string' ? nearest(value, options) : undefined;
  return guess === undefined || options.length === 1 ? list : `${list}; did you mean ${guess}?`;
}

function kindsOf(schema: Schema): string[] {
  return alternatives(schema).flatMap((option) => {
    const { properties = {} } = option;
    const named = properties['kind'] ?? properties['policy'] ?? properties['action'];
    return typeof named === 'object' && named.const !== undefined ? [String(named.const)] : [];
  });
}

/** All alternatives of a union, those of unions inside it included. */
function alternatives(schema: Schema): Schema[] {
  const options = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (options.length === 0) return [schema];
  return options.flatMap((option) => (typeof option === 'object' ? alternatives(option) : []));
}

/** The schema of a path, in the alternative that the value's own `kind` (and so on) chooses. */
function schemaAt(path: PlanPath, root: unknown): Schema | undefined {
  let schema: Schema | undefined = planJsonSchema;
  for (let depth = 0; depth <= path.length; depth++) {
    if (schema === undefined) return undefined;
    const value = valueAt(root, path.slice(0, depth));
    schema = depth === path.length && !isChosen(schema, value) ? schema : choose(schema, value);
    const step = path[depth];
    if (step === undefined) break;
    const next: unknown = typeof step === 'number' ? schema?.items : schema?.properties?.[step];
    schema = isSchema(next) ? next : undefined;
  }
  return schema;
}

const isChosen = (schema: Schema, value: unknown): boolean => choose(schema, value) !== undefined;

/** Keys whose constants tell one alternative from the others; other constants only have to be. */
const choosers: readonly string[] = ['kind', 'policy', 'action', 'routing'];

/** The alternative that the value's own words choose. */
function choose(schema: Schema, value: unknown): Schema | undefined {
  return alternatives(schema).find((option) =>
    Object.entries(option.properties ?? {}).every(
      ([key, property]) =>
        !choosers.includes(key) ||
        typeof property !== 'object' ||
        property.const === undefined ||
        !(option.required ?? []).includes(key) ||
        property.const === valueAt(value, [key]),
    ),
  );
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function valueAt(root: unknown, path: PlanPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    return Object.entries(value).find(([key]) => key === String(step))?.[1];
  }, root);
}
