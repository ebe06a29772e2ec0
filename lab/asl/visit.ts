import type { Json } from '../../core/json.ts';
import type { State } from './definition.ts';
import { StateError } from './errors.ts';
import { evaluateTemplate, QueryProblem, typeNameOf, unexpectedType } from './evaluate.ts';
import { createFunctions } from './functions.ts';
import { checkPayloadSize, isRecord } from './json.ts';
import { pickTemplate } from './picks.ts';
import type { Lookup } from './picks.ts';
import type { Frame, MapItem, Thread } from './thread.ts';

/** How a state was left: where to, with what output and which new variables. */
export interface Exit {
  readonly output: Json;
  readonly assigned: Readonly<Record<string, Json>>;
  /** Undefined at the end of a scope. */
  readonly next: string | undefined;
}

/** What an expression sees in `$states` besides the input and the context. */
export interface Seen {
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly item?: MapItem;
}

interface Entered {
  readonly eventId: number;
  readonly at: Date;
}

/** One stay in a state: evaluates the state's fields and reports what goes wrong as AWS does. */
export class Visit<S extends State = State> {
  readonly state: S;
  readonly frame: Frame;
  readonly thread: Thread;
  readonly #entered: Entered;
  retryCount = 0;
  token: string | undefined;

  constructor(state: S, frame: Frame, thread: Thread, entered: Entered) {
    this.state = state;
    this.frame = frame;
    this.thread = thread;
    this.#entered = entered;
  }

  /** The value of a field, its expressions replaced. */
  evaluate(field: string, template: Json, seen: Seen = {}): Json | Promise<Json> {
    const { clock, random } = this.thread.context;
    let functions: Map<string, unknown> | undefined;
    let states: Record<string, Json> | undefined;
    const lookup: Lookup = (name) => {
      if (name === 'states') return (states ??= this.#states(seen));
      const variable = this.frame.variable(name);
      if (variable !== undefined) return variable;
      functions ??= new Map(Object.entries(createFunctions({ now: clock.now(), random })));
      return functions.get(name);
    };
    const picked = pickTemplate(template, lookup);
    return picked === undefined ? this.#ask(field, template, lookup) : picked;
  }

  async #ask(field: string, template: Json, lookup: Lookup): Promise<Json> {
    try {
      return await evaluateTemplate(template, field, lookup);
    } catch (thrown) {
      if (!(thrown instanceof QueryProblem)) throw thrown;
      this.fail(thrown);
    }
  }

  /** A whole number, for fields in seconds and the like. */
  evaluateNumber(field: string, template: Json, minimum: number): number | Promise<number> {
    const value = this.evaluate(field, template);
    if (!(value instanceof Promise)) return this.#checkNumber(field, template, minimum, value);
    return value.then((found) => this.#checkNumber(field, template, minimum, found));
  }

  #checkNumber(field: string, template: Json, minimum: number, value: Json): number {
    if (typeof value !== 'number') this.fail(unexpectedType(field, template, 'number', value));
    if (!Number.isInteger(value) || value < minimum || value > 99_999_999) {
      const range = `a whole number from ${minimum} to 99999999`;
      this.fail(new QueryProblem(field, `The field '${field}' must be ${range} but was: ${value}`));
    }
    return value;
  }

  /** A value of a type that `typeof` knows, for Condition, Timestamp, Error and Cause. */
  async evaluateString(field: string, template: string): Promise<string> {
    const value = await this.evaluate(field, template);
    if (typeof value !== 'string') this.fail(unexpectedType(field, template, 'string', value));
    return value;
  }

  /** Output and Assign, both from the values before this state assigned anything. */
  leave(
    fields: { readonly Output?: Json | undefined; readonly Assign?: Json | undefined },
    fallback: Json,
    next: string | undefined,
    seen: Seen = {},
    prefix = '',
  ): Exit | Promise<Exit> {
    const { Output, Assign = {} } = fields;
    const assign = (output: Json): Exit | Promise<Exit> => {
      const assigned = this.evaluate(`${prefix}Assign`, Assign, seen);
      if (!(assigned instanceof Promise)) return this.#exit(output, assigned, next);
      return assigned.then((found) => this.#exit(output, found, next));
    };
    const output = Output === undefined ? fallback : this.evaluate(`${prefix}Output`, Output, seen);
    return output instanceof Promise ? output.then(assign) : assign(output);
  }

  #exit(output: Json, assigned: Json, next: string | undefined): Exit {
    checkPayloadSize(output, this.state.name);
    checkPayloadSize(assigned, this.state.name);
    return { output, assigned: toVariables(assigned), next };
  }

  /** Ends this stay with States.QueryEvaluationError. */
  fail(problem: QueryProblem): never {
    const cause = `${this.describe()} ${problem.message}`;
    const failure = new StateError('States.QueryEvaluationError', cause);
    this.thread.record('EvaluationFailed', {
      evaluationFailedEventDetails: {
        error: 'States.QueryEvaluationError',
        cause,
        location: problem.field,
        state: this.state.name,
      },
    });
    throw failure;
  }

  /** The beginning of AWS's messages about a state. */
  describe(): string {
    const { eventId } = this.#entered;
    return (
      `An error occurred while executing the state '${this.state.name}' ` +
      `(entered at the event id #${eventId}).`
    );
  }

  #context(item: MapItem | undefined): Json {
    return {
      ...this.thread.context.about(),
      State: {
        Name: this.state.name,
        EnteredTime: this.#entered.at.toISOString(),
        RetryCount: this.retryCount,
      },
      ...(this.token === undefined ? {} : { Task: { Token: this.token } }),
      ...(item ? { Map: { Item: { Index: item.Index, Value: item.Value } } } : {}),
    };
  }

  #states({ result, errorOutput, item = this.thread.item }: Seen): Record<string, Json> {
    const context = (): Json => this.#context(item);
    return {
      input: this.frame.input,
      // Most expressions look at nothing in it.
      get context() {
        return context();
      },
      ...(result === undefined ? {} : { result }),
      ...(errorOutput === undefined ? {} : { errorOutput }),
    };
  }
}

function toVariables(assigned: Json): Record<string, Json> {
  if (!isRecord(assigned)) throw new Error(`Assign gave ${typeNameOf(assigned)}, not an object`);
  return assigned;
}
