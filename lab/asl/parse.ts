import type * as z from 'zod';
import type { MapState, ParallelState, Scope, State, StateMachine } from './definition.ts';
import { AslError } from './errors.ts';
import { isRecord } from './json.ts';
import { checkState } from './check-state.ts';
import { checkMachine, checkScope } from './check-scope.ts';
import { branchSchema, machineSchema, processorSchema, stateSchemas } from './schema.ts';
import { kindOfResource } from './resources.ts';

type Language = 'JSONata' | 'JSONPath';

// Words of the other query language, with the word to use instead.
const JSONPATH_FIELDS: Readonly<Record<string, string>> = {
  InputPath: 'Arguments',
  Parameters: 'Arguments (ItemSelector in a Map)',
  ResultSelector: 'Output',
  ResultPath: 'Assign or Output',
  OutputPath: 'Output',
  Result: 'Output',
  ItemsPath: 'Items',
  SecondsPath: 'Seconds',
  TimestampPath: 'Timestamp',
  TimeoutSecondsPath: 'TimeoutSeconds',
  HeartbeatSecondsPath: 'HeartbeatSeconds',
  MaxConcurrencyPath: 'MaxConcurrency',
  ErrorPath: 'Error',
  CausePath: 'Cause',
  Variable: 'Condition',
};

class Parser {
  readonly problems: string[] = [];

  read<S extends z.ZodObject>(where: string, schema: S, value: unknown): z.infer<S> | undefined {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const path = issue.path.map(String).join('/');
      if (issue.code === 'unrecognized_keys') {
        const allowed = path === '' ? `; allowed are ${Object.keys(schema.shape).join(', ')}` : '';
        for (const key of issue.keys) this.#unknown(where, path, key, allowed);
      } else {
        this.problems.push(`${where}${path === '' ? '' : `, field '${path}'`}: ${issue.message}`);
      }
    }
    return undefined;
  }

  #unknown(where: string, path: string, key: string, allowed: string): void {
    const field = path === '' ? key : `${path}/${key}`;
    const instead = JSONPATH_FIELDS[key];
    const why =
      instead === undefined
        ? `is unknown${allowed}`
        : `belongs to JSONPath, which is not modelled; use ${instead}`;
    this.problems.push(`${where}: field '${field}' ${why}`);
  }

  scope(where: string, fields: z.infer<typeof branchSchema>, language: Language): Scope {
    const states = new Map<string, State>();
    for (const [name, value] of Object.entries(fields.States)) {
      const state = this.state(name, value, language);
      if (state) states.set(name, state);
    }
    const scope = { startAt: fields.StartAt, states };
    this.problems.push(...checkScope(where, scope, Object.keys(fields.States)));
    return scope;
  }

  state(name: string, value: unknown, language: Language): State | undefined {
    const where = `State '${name}'`;
    const type = isRecord(value) ? value['Type'] : undefined;
    const types = Object.keys(stateSchemas);
    if (typeof type !== 'string' || !types.includes(type)) {
      const found = type === undefined ? 'is missing' : `${JSON.stringify(type)} is unknown`;
      this.problems.push(`${where}: Type ${found}; allowed are ${types.join(', ')}`);
      return undefined;
    }
    const state = this.#typed(name, where, type, value, language);
    if (state) this.problems.push(...checkState(state, state.QueryLanguage ?? language));
    return state;
  }

  #typed(
    name: string,
    where: string,
    type: string,
    value: unknown,
    language: Language,
  ): State | undefined {
    if (type === 'Task') {
      const fields = this.read(where, stateSchemas.Task, value);
      if (!fields) return undefined;
      const kind = kindOfResource(fields.Resource);
      if (typeof kind === 'object') this.problems.push(`${where}: ${kind.problem}`);
      return { name, ...fields, kind: typeof kind === 'object' ? 'function' : kind };
    }
    if (type === 'Parallel') return this.#parallel(name, where, value, language);
    if (type === 'Map') return this.#map(name, where, value, language);
    const fields =
      (type === 'Choice' && this.read(where, stateSchemas.Choice, value)) ||
      (type === 'Wait' && this.read(where, stateSchemas.Wait, value)) ||
      (type === 'Pass' && this.read(where, stateSchemas.Pass, value)) ||
      (type === 'Succeed' && this.read(where, stateSchemas.Succeed, value)) ||
      (type === 'Fail' && this.read(where, stateSchemas.Fail, value));
    return fields ? { name, ...fields } : undefined;
  }

  #parallel(
    name: string,
    where: string,
    value: unknown,
    language: Language,
  ): ParallelState | undefined {
    const fields = this.read(where, stateSchemas.Parallel, value);
    if (!fields) return undefined;
    const { Branches, ...rest } = fields;
    const branches = Branches.flatMap((branch, index) => {
      const at = `${where}, Branches[${index}]`;
      const read = this.read(at, branchSchema, branch);
      return read ? [this.scope(at, read, language)] : [];
    });
    return { name, ...rest, branches };
  }

  #map(name: string, where: string, value: unknown, language: Language): MapState | undefined {
    const fields = this.read(where, stateSchemas.Map, value);
    if (!fields) return undefined;
    const { ItemProcessor, ...rest } = fields;
    const at = `${where}, ItemProcessor`;
    const read = this.read(at, processorSchema, ItemProcessor);
    return read ? { name, ...rest, processor: this.scope(at, read, language) } : undefined;
  }
}

/**
 * Reads a definition and refuses everything that is not modelled: an unknown field, state type or
 * resource, a Next without a state, a state nobody reaches, bad JSONata. Throws AslError with all
 * problems, each naming its state and field.
 */
export function parseStateMachine(definition: unknown): StateMachine {
  const parser = new Parser();
  const fields = parser.read('State machine', machineSchema, definition);
  if (!fields) throw new AslError(parser.problems);
  const scope = parser.scope('State machine', fields, fields.QueryLanguage ?? 'JSONPath');
  const problems = [...parser.problems, ...checkMachine(scope)];
  if (problems.length > 0) throw new AslError(problems);
  return { ...scope, timeoutSeconds: fields.TimeoutSeconds };
}
