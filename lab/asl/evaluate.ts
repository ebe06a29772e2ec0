import type { Json } from '../../core/json.ts';
import {
  BUDGET_NAME,
  compile,
  createBudget,
  describeJsonataError,
  expressionIn,
  namesIn,
} from './expressions.ts';
import { isJsonArray, isKept, isRecord, keep } from './json.ts';
import type { Lookup } from './picks.ts';

/** An expression had no usable result. The message is worded as AWS words it. */
export class QueryProblem extends Error {
  override readonly name = 'QueryProblem';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

function isFunction(value: unknown): boolean {
  if (typeof value === 'function' || value instanceof RegExp) return true;
  return isRecord(value) && ('_jsonata_lambda' in value || '_jsonata_function' in value);
}

// JSONata's arrays carry hidden marks and its objects may hold functions: neither may travel on.
function toJson(value: unknown): Json | undefined {
  // What came from JSON, and was only picked out, is handed on as it is.
  if (isKept(value)) return value;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (isFunction(value)) return undefined;
  if (Array.isArray(value)) {
    const items = value.map(toJson);
    return items.every((item) => item !== undefined) ? keep(items) : undefined;
  }
  if (!isRecord(value)) return undefined;
  const entries: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    const json = toJson(item);
    if (json === undefined) return undefined;
    entries.push([key, json]);
  }
  return keep(Object.fromEntries(entries));
}

async function evaluateExpression(source: string, field: string, lookup: Lookup): Promise<Json> {
  const where = `The JSONata expression '${source}' specified for the field '${field}'`;
  let result: unknown;
  try {
    // The input stays undefined: in Step Functions `$` is nothing, data come through `$states`.
    const bindings: Record<string, unknown> = { [BUDGET_NAME]: createBudget() };
    for (const name of namesIn(source)) {
      const value = lookup(name);
      if (value !== undefined) bindings[name] = value;
    }
    result = await compile(source).evaluate(undefined, bindings);
  } catch (thrown) {
    const why = describeJsonataError(thrown);
    throw new QueryProblem(field, `${where} threw an error during evaluation. ${why}`);
  }
  if (result === undefined) throw new QueryProblem(field, `${where} returned nothing (undefined).`);
  const json = toJson(result);
  if (json === undefined) throw new QueryProblem(field, `${where} returned an unsupported type.`);
  return json;
}

/** Replaces every `{% %}` string of a template by its value. Throws QueryProblem. */
export async function evaluateTemplate(
  template: Json,
  field: string,
  lookup: Lookup,
): Promise<Json> {
  if (typeof template === 'string') {
    const source = expressionIn(template);
    return source === undefined ? template : await evaluateExpression(source, field, lookup);
  }
  if (template === null || typeof template !== 'object') return template;
  if (isJsonArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries()) {
      items.push(await evaluateTemplate(item, `${field}[${index}]`, lookup));
    }
    return keep(items);
  }
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(template)) {
    entries.push([key, await evaluateTemplate(value, `${field}/${key}`, lookup)]);
  }
  return keep(Object.fromEntries(entries));
}

/** The name AWS gives to a value's type in its error messages. */
export function typeNameOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** A result of the wrong type, in AWS's words. */
export function unexpectedType(
  field: string,
  template: Json,
  expected: string,
  value: Json,
): QueryProblem {
  const source = typeof template === 'string' ? (expressionIn(template) ?? template) : template;
  const shown = typeof source === 'string' ? source : JSON.stringify(source);
  return new QueryProblem(
    field,
    `The JSONata expression '${shown}' specified for the field '${field}' returned an unexpected ` +
      `result type. Expected '${expected}', but was '${typeNameOf(value)}' for value: ` +
      JSON.stringify(value),
  );
}
