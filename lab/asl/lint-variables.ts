import type { Scope, State } from './definition.ts';
import { innerScopes } from './definition.ts';
import { expressionIn, freeNames, templateStrings } from './expressions.ts';

// JSONata 2.0.6 and what Step Functions adds; `states` is always there.
const KNOWN_NAMES = new Set(
  (
    'states abs append assert average base64decode base64encode boolean ceil clone contains ' +
    'count decodeUrl decodeUrlComponent distinct each encodeUrl encodeUrlComponent error ' +
    'exists filter floor formatBase formatInteger formatNumber fromMillis hash join keys ' +
    'length lookup lowercase map match max merge millis min not now number pad parse ' +
    'parseInteger partition power random range reduce replace reverse round shuffle sift ' +
    'single sort split spread sqrt string substring substringAfter substringBefore sum ' +
    'toMillis trim type uppercase uuid zip'
  ).split(' '),
);

interface Edge {
  readonly to: string;
  readonly assigns: readonly string[];
}

/** The ways out of a state, each with the variables that are assigned on it. */
function edgesOf(state: State): Edge[] {
  const names = (assign: object | undefined) => Object.keys(assign ?? {});
  const own = 'Assign' in state ? names(state.Assign) : [];
  const edge = (to: string | undefined, assigns: readonly string[]) =>
    to === undefined ? [] : [{ to, assigns }];
  if (state.Type === 'Choice') {
    const rules = state.Choices.map((rule) => ({ to: rule.Next, assigns: names(rule.Assign) }));
    return [...rules, ...edge(state.Default, own)];
  }
  const next = 'Next' in state ? edge(state.Next, own) : [];
  const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
  return [...next, ...catchers.map(({ Next, Assign }) => ({ to: Next, assigns: names(Assign) }))];
}

/** For each state the variables that some path from the start may have assigned. */
function reachingAssignments(scope: Scope, outer: ReadonlySet<string>): Map<string, Set<string>> {
  const reaching = new Map([[scope.startAt, new Set(outer)]]);
  const waiting = [scope.startAt];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const state = scope.states.get(name);
    const here = reaching.get(name);
    if (!state || !here) continue;
    for (const { to, assigns } of edgesOf(state)) {
      const known = reaching.get(to);
      const arriving = [...here, ...assigns].filter((variable) => !known?.has(variable));
      if (known && arriving.length === 0) continue;
      reaching.set(to, new Set([...(known ?? []), ...arriving]));
      waiting.push(to);
    }
  }
  return reaching;
}

function usedNames(state: State): string[] {
  const sources = templateStrings(state).flatMap(({ source }) => expressionIn(source) ?? []);
  return [...new Set(sources.flatMap(freeNames))].filter((name) => !KNOWN_NAMES.has(name));
}

/**
 * Variables (and functions) a state's expressions use although no path assigns them. A variable
 * assigned on some paths only is not reported: which path was taken is not known here.
 */
export function unassignedVariables(
  scope: Scope,
  outer: ReadonlySet<string> = new Set(),
): Map<State, string[]> {
  const found = new Map<State, string[]>();
  const reaching = reachingAssignments(scope, outer);
  for (const state of scope.states.values()) {
    const here = reaching.get(state.name) ?? outer;
    const missing = usedNames(state).filter((name) => !here.has(name));
    if (missing.length > 0) found.set(state, missing);
    for (const inner of innerScopes(state)) {
      for (const [each, names] of unassignedVariables(inner, here)) found.set(each, names);
    }
  }
  return found;
}
