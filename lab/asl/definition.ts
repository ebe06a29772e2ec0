import type * as z from 'zod';
import type { catcherSchema, retrierSchema, stateSchemas } from './schema.ts';

type Schemas = typeof stateSchemas;
interface Named {
  /** The state's key in `States`. */
  readonly name: string;
}

/** One entry of a state's Retry list. */
export type Retrier = z.infer<typeof retrierSchema>;
/** One entry of a state's Catch list. */
export type Catcher = z.infer<typeof catcherSchema>;

/** How a Task reaches its Lambda function. */
export type TaskKind = 'function' | 'invoke' | 'waitForTaskToken';

/** A state that calls a Lambda function. */
export type TaskState = Named & z.infer<Schemas['Task']> & { readonly kind: TaskKind };
/** A state that runs fixed branches side by side. */
export type ParallelState = Named &
  Omit<z.infer<Schemas['Parallel']>, 'Branches'> & { readonly branches: readonly Scope[] };
/** A state that runs the same states for every item. */
export type MapState = Named &
  Omit<z.infer<Schemas['Map']>, 'ItemProcessor'> & { readonly processor: Scope };
/** A state that picks where to go. */
export type ChoiceState = Named & z.infer<Schemas['Choice']>;
/** A state that waits. */
export type WaitState = Named & z.infer<Schemas['Wait']>;
/** A state that only shapes data. */
export type PassState = Named & z.infer<Schemas['Pass']>;
/** A good end. */
export type SucceedState = Named & z.infer<Schemas['Succeed']>;
/** A bad end. */
export type FailState = Named & z.infer<Schemas['Fail']>;

/** Any state, after parsing. */
export type State =
  | TaskState
  | ParallelState
  | MapState
  | ChoiceState
  | WaitState
  | PassState
  | SucceedState
  | FailState;

/** States that know each other by name: a machine, a branch or an item processor. */
export interface Scope {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** A definition that passed every check at load time. */
export interface StateMachine extends Scope {
  readonly timeoutSeconds: number | undefined;
}

/** The scopes directly inside a state: branches or the item processor. */
export function innerScopes(state: State): readonly Scope[] {
  if (state.Type === 'Parallel') return state.branches;
  return state.Type === 'Map' ? [state.processor] : [];
}

/** Every state of a scope and of the scopes inside it. */
export function allStates(scope: Scope): State[] {
  return [...scope.states.values()].flatMap((state) => [
    state,
    ...innerScopes(state).flatMap(allStates),
  ]);
}

/** The state of that name. The parser has made sure that it exists. */
export function stateNamed(scope: Scope, name: string): State {
  const state = scope.states.get(name);
  if (!state) throw new Error(`no state '${name}' in a parsed scope`);
  return state;
}

/** Names of the states that may follow, in the order of the definition. */
export function successors(state: State): string[] {
  const next = 'Next' in state && state.Next !== undefined ? [state.Next] : [];
  const caught = 'Catch' in state ? (state.Catch ?? []).map((catcher) => catcher.Next) : [];
  if (state.Type !== 'Choice') return [...next, ...caught];
  const chosen = state.Choices.map((rule) => rule.Next);
  return state.Default === undefined ? chosen : [...chosen, state.Default];
}
