import { assignedNames } from './check-state.ts';
import type { Scope, State } from './definition.ts';
import { allStates, innerScopes, successors } from './definition.ts';

function reachable(scope: Scope): Set<string> {
  const seen = new Set<string>();
  const waiting = [scope.startAt];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const state = scope.states.get(name);
    if (!state || seen.has(name)) continue;
    seen.add(name);
    waiting.push(...successors(state));
  }
  return seen;
}

function missingTargets(scope: Scope, declared: readonly string[]): string[] {
  return [...scope.states.values()].flatMap((state) =>
    successors(state)
      .filter((name) => !declared.includes(name))
      .map(
        (name) =>
          `State '${state.name}': Next '${name}' names no state of its scope; ` +
          `allowed are ${declared.join(', ')}`,
      ),
  );
}

/**
 * Problems in how the states of one scope lead to each other. `declared` are all keys of States,
 * also those that could not be read: an unreadable state is one problem, not several.
 */
export function checkScope(where: string, scope: Scope, declared: readonly string[]): string[] {
  if (declared.length === 0) return [`${where}: States is empty`];
  if (!declared.includes(scope.startAt)) {
    const allowed = declared.join(', ');
    return [`${where}: StartAt '${scope.startAt}' names no state; allowed are ${allowed}`];
  }
  const targets = missingTargets(scope, declared);
  const isComplete = declared.length === scope.states.size;
  const seen = reachable(scope);
  const lost = isComplete ? declared.filter((name) => !seen.has(name)) : [];
  return [...targets, ...lost.map((name) => `State '${name}': no path from StartAt leads here`)];
}

function checkNames(states: readonly State[]): string[] {
  const names = states.map((state) => state.name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [
    ...[...repeated].map((name) => `State '${name}': the name is used twice in the state machine`),
    ...names
      .filter((name) => name.length > 80)
      .map((name) => `State '${name}': the name is longer than 80 characters`),
  ];
}

// AWS refuses an inner Assign to a name that an outer scope assigns anywhere.
function checkShadowing(scope: Scope, outer: ReadonlySet<string>): string[] {
  const states = [...scope.states.values()];
  const own = new Set([...outer, ...states.flatMap(assignedNames)]);
  return states.flatMap((state) => [
    ...assignedNames(state)
      .filter((name) => outer.has(name))
      .map(
        (name) =>
          `State '${state.name}': field 'Assign': the variable '${name}' belongs to an outer ` +
          'scope and cannot be assigned here',
      ),
    ...innerScopes(state).flatMap((inner) => checkShadowing(inner, own)),
  ]);
}

/** Problems that only the whole machine shows: repeated names, variables of an outer scope. */
export function checkMachine(scope: Scope): string[] {
  return [...checkNames(allStates(scope)), ...checkShadowing(scope, new Set())];
}
