import jsonata from 'jsonata';
import type { Json } from '../../core/json.ts';
import type { State } from './definition.ts';
import { isJsonArray, isRecord } from './json.ts';

/** A JSONata expression inside a definition and the field it stands in. */
export interface FoundExpression {
  readonly field: string;
  readonly source: string;
}

const OPEN = '{%';
const CLOSE = '%}';

/** The source inside `{% %}`; undefined for a plain string. */
export function expressionIn(text: string): string | undefined {
  if (!text.startsWith(OPEN) || !text.endsWith(CLOSE) || text.length < 4) return undefined;
  return text.slice(OPEN.length, -CLOSE.length).trim();
}

/** Whether a string looks like an expression but is none: AWS refuses it or sends it as it is. */
export function isBrokenExpression(text: string): boolean {
  if (expressionIn(text) !== undefined) return false;
  const trimmed = text.trim();
  return trimmed.startsWith(OPEN) || trimmed.endsWith(CLOSE);
}

/** Every string inside a template, with the path of the field that holds it. */
export function stringsIn(template: Json, field: string): FoundExpression[] {
  if (typeof template === 'string') return [{ field, source: template }];
  if (template === null || typeof template !== 'object') return [];
  if (isJsonArray(template)) {
    return template.flatMap((item, index) => stringsIn(item, `${field}[${index}]`));
  }
  return Object.entries(template).flatMap(([key, value]) => stringsIn(value, `${field}/${key}`));
}

// Fields in which AWS evaluates JSONata; everything else is taken literally.
const TEMPLATE_FIELDS = [
  'Arguments',
  'Assign',
  'Cause',
  'Error',
  'HeartbeatSeconds',
  'ItemSelector',
  'Items',
  'MaxConcurrency',
  'Output',
  'Seconds',
  'TimeoutSeconds',
  'Timestamp',
] as const;

function fieldOf(state: State, field: string): Json | undefined {
  return new Map<string, Json>(Object.entries(state)).get(field);
}

/** Every string of a state that stands where expressions are allowed. */
export function templateStrings(state: State): FoundExpression[] {
  const own = TEMPLATE_FIELDS.flatMap((field) => stringsIn(fieldOf(state, field) ?? null, field));
  const rules = state.Type === 'Choice' ? state.Choices : [];
  const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
  const entries = [
    ...rules.map((rule, index) => ({ at: `Choices[${index}]`, ...rule })),
    ...catchers.map((catcher, index) => ({ at: `Catch[${index}]`, Condition: null, ...catcher })),
  ];
  return [
    ...own,
    ...entries.flatMap(({ at, Condition, Output, Assign }) => [
      ...stringsIn(Condition, `${at}/Condition`),
      ...stringsIn(Output ?? null, `${at}/Output`),
      ...stringsIn(Assign ?? null, `${at}/Assign`),
    ]),
  ];
}

const compiled = new Map<string, jsonata.Expression>();

/** The binding that counts down the steps of one evaluation. */
export const BUDGET_NAME = 'evaluationBudget';
// AWS stops an expression after a second; steps are the same on every machine.
const LONGEST_EVALUATION_STEPS = 250_000;

/** A fresh budget for one evaluation. */
export function createBudget(): { stepsLeft: number } {
  return { stepsLeft: LONGEST_EVALUATION_STEPS };
}

// JSONata calls this before every node; the frame leads back to the bindings of the evaluation.
function spendStep(_node: unknown, _input: unknown, frame: jsonata.Environment): void {
  const budget: unknown = frame.lookup(BUDGET_NAME);
  if (!isRecord(budget) || typeof budget['stepsLeft'] !== 'number') return;
  budget['stepsLeft'] -= 1;
  if (budget['stepsLeft'] < 0) throw new RangeError('the expression takes too long');
}

/** Compiles an expression, once per source; throws what JSONata says about bad syntax. */
export function compile(source: string): jsonata.Expression {
  const known = compiled.get(source);
  if (known) return known;
  const expression = jsonata(source);
  // The published types know names as strings only; the hook is found under a symbol.
  const assign: unknown = Reflect.get(expression, 'assign');
  if (typeof assign !== 'function') throw new TypeError('this version of jsonata has no assign');
  Reflect.apply(assign, expression, [Symbol.for('jsonata.__evaluate_entry'), spendStep]);
  compiled.set(source, expression);
  return expression;
}

/** What JSONata threw, as a sentence: its errors are plain objects with a code and a message. */
export function describeJsonataError(thrown: unknown): string {
  if (thrown instanceof Error && !('code' in thrown)) return thrown.message;
  if (!isRecord(thrown)) return String(thrown);
  const { code, message } = thrown;
  const text = typeof message === 'string' ? message : 'unknown error';
  return typeof code === 'string' ? `${code}: ${text}` : text;
}

function collect(node: unknown, used: Set<string>, bound: Set<string>): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, used, bound);
    return;
  }
  if (!isRecord(node)) return;
  if (node['type'] === 'variable' && typeof node['value'] === 'string') used.add(node['value']);
  if (node['type'] === 'lambda') collectNames(node['arguments'], bound);
  if (node['type'] === 'bind') collectNames([node['lhs']], bound);
  for (const name of [node['focus'], node['index']]) if (typeof name === 'string') bound.add(name);
  for (const child of Object.values(node)) collect(child, used, bound);
}

function collectNames(nodes: unknown, names: Set<string>): void {
  if (!Array.isArray(nodes)) return;
  for (const node of nodes) {
    if (isRecord(node) && typeof node['value'] === 'string') names.add(node['value']);
  }
}

const named = new Map<string, readonly string[]>();

/** Every name that stands in an expression, its own included: all that it can ask for. */
export function namesIn(source: string): readonly string[] {
  const known = named.get(source);
  if (known !== undefined) return known;
  const used = new Set<string>();
  collect(compile(source).ast(), used, new Set());
  const names = [...used];
  named.set(source, names);
  return names;
}

/**
 * Names an expression takes from outside, functions included. A name that the expression binds
 * anywhere counts as its own everywhere, so a use before the binding is not seen.
 */
export function freeNames(source: string): string[] {
  const used = new Set<string>();
  const bound = new Set<string>(['', '$']);
  collect(compile(source).ast(), used, bound);
  return [...used].filter((name) => !bound.has(name));
}
