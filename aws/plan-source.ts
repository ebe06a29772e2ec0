import type { Document, Node, Pair, ParsedNode } from 'yaml';
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import { printable, showPath, showValue } from './plan-words.ts';

/** Where in a plan something is: keys and list positions, from the top. */
export type PlanPath = readonly (string | number)[];

/** A mistake in a plan: what was found where, and what would be right. */
export interface PlanProblem {
  /** As in `databases[0].lag.periodSeconds`; `plan` is the document itself. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly expected: string;
}

/** A plan's text as it was read, before anything is known about its meaning. */
export interface PlanSource {
  /** The document as plain data; undefined if it cannot be read at all. */
  readonly value: unknown;
  readonly problems: readonly PlanProblem[];
  /** A problem at the node of this path, or at the deepest node above that exists. */
  readonly problemAt: (path: PlanPath, words: Words, at?: 'key' | 'value') => PlanProblem;
}

interface Words {
  readonly found: string;
  readonly expected: string;
}

/** The longest plan that is read. */
export const MAX_PLAN_BYTES = 262_144;
const MAX_ALIASES = 100;
/** Far more than a plan needs; the parser's time grows with the square of the depth. */
const MAX_DEPTH = 100;

/** Mistakes after which the rest of the document can still be judged. */
const harmless = new Set(['DUPLICATE_KEY', 'MULTIPLE_DOCS', 'TAG_RESOLVE_FAILED']);

/** Reads the YAML text of a plan. Never throws: hostile input is a problem like any other. */
export function readSource(original: string): PlanSource {
  const text = original.replace(/^\uFEFF/, '');
  const refusal = whyUnreadable(text);
  if (refusal !== undefined) return unreadable(refusal);
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const problems = syntaxProblems(document, lines);
    const faults = [...document.errors, ...document.warnings];
    const usable = faults.every(({ code }) => harmless.has(code));
    return {
      value: usable ? document.toJS({ maxAliasCount: MAX_ALIASES }) : undefined,
      problems,
      problemAt: (path, words, at = 'value') => ({
        path: showPath(path),
        ...positionOf(lines, locate(document, path, at)),
        ...words,
      }),
    };
  } catch (error) {
    // The parser throws on too many aliases and on nesting that exhausts the stack.
    const found = error instanceof Error ? error.message : String(error);
    return unreadable({ found, expected: `a plain document, at most ${MAX_ALIASES} aliases` });
  }
}

function whyUnreadable(text: string): (Partial<PlanProblem> & Words) | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_PLAN_BYTES)
    return { found: `${bytes} bytes`, expected: `${MAX_PLAN_BYTES} bytes at most` };
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]/.exec(text);
  if (control !== null) {
    const before = text.slice(0, control.index).split('\n');
    const found = `the control character ${showValue(control[0])}`;
    const column = (before.at(-1)?.length ?? 0) + 1;
    return { found, expected: 'a text file', line: before.length, column };
  }
  if (bracketDepth(text) > MAX_DEPTH)
    return { found: 'deep nesting', expected: `at most ${MAX_DEPTH} brackets inside each other` };
  return text.trim() === '' ? { found: 'an empty file', expected: 'a plan' } : undefined;
}

/** How deep brackets are nested; those in texts and comments count, which does no harm. */
function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === '[' || bracket === '{' ? 1 : -1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function unreadable(words: Partial<PlanProblem> & Words): PlanSource {
  const problem = { path: 'plan', line: 1, column: 1, ...words };
  return {
    value: undefined,
    problems: [problem],
    problemAt: (path, other) => ({ ...problem, path: showPath(path), ...other }),
  };
}

function syntaxProblems(document: Document.Parsed, lines: LineCounter): PlanProblem[] {
  const faults = [...document.errors, ...document.warnings].map(({ code, message, pos }) => {
    const position = positionOf(lines, pos[0]);
    const path = showPath(pathOf(document, pos[0]));
    if (code === 'DUPLICATE_KEY')
      return { path, ...position, found: 'this key again', expected: 'each key once' };
    if (code === 'MULTIPLE_DOCS')
      return { path: 'plan', ...position, found: 'a second document', expected: 'one plan a file' };
    const why = `no valid YAML: ${message.replace(/\.$/, '')}`;
    return { path: 'plan', ...position, found: printable(why, 200), expected: 'valid YAML' };
  });
  return [...faults, ...pollutingKeys(document, lines)];
}

/** A `__proto__` key is ignored by some readers: it must be seen, and refused. */
function pollutingKeys(document: Document.Parsed, lines: LineCounter): PlanProblem[] {
  const problems: PlanProblem[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '__proto__') return;
      const start = key.range?.[0] ?? 0;
      problems.push({
        path: showPath(pathOf(document, start)),
        ...positionOf(lines, start),
        found: 'the key "__proto__"',
        expected: 'no such key',
      });
    },
  });
  return problems;
}

/** The path of the key or value that begins at an offset; empty if there is none. */
function pathOf(document: Document.Parsed, offset: number): PlanPath {
  let path: PlanPath = [];
  const walk = (node: unknown, here: PlanPath): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const next = [...here, isScalar(key) ? String(key.value) : '?'];
        if (isNode(key) && key.range?.[0] === offset) path = next;
        walk(value, next);
      }
    } else if (isSeq(node)) {
      node.items.forEach((item, index) => {
        walk(item, [...here, index]);
      });
    }
    if (isNode(node) && path.length === 0 && node.range?.[0] === offset) path = here;
  };
  walk(document.contents, []);
  return path;
}

/** The offset of a path's node: its key's or its value's; of the deepest above if it is none. */
function locate(document: Document.Parsed, path: PlanPath, at: 'key' | 'value'): number {
  let node: Node | ParsedNode | null | undefined = document.contents;
  let offset = 0;
  for (const [depth, step] of path.entries()) {
    const container: unknown = isAlias(node) ? node.resolve(document) : node;
    const isLast = depth === path.length - 1;
    if (isMap(container)) {
      const pair: Pair | undefined = container.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(step),
      );
      if (pair === undefined || !isNode(pair.key)) return offset;
      node = isNode(pair.value) ? pair.value : undefined;
      const value = node?.range?.[0];
      const wantsKey = !isLast || at === 'key' || value === undefined || !isScalar(node);
      offset = (wantsKey ? pair.key.range?.[0] : value) ?? offset;
    } else if (isSeq(container)) {
      const item: unknown = container.items[Number(step)];
      if (!isNode(item)) return offset;
      node = item;
      offset = item.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

function positionOf(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
