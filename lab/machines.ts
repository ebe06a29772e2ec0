import type { Json } from '../core/json.ts';
import type { Observers } from './account.ts';
import type { Handler } from './account-functions.ts';
import type { Execution } from './asl/execution.ts';
import { startExecution } from './asl/execution.ts';
import { createRandom } from './random.ts';
import type { Machine } from './stack-of.ts';
import type { World } from './world/world.ts';

/** The state machines of a stack, with what they run on. */
export interface MachinesOptions {
  readonly machines: ReadonlyMap<string, Machine>;
  readonly functions: ReadonlyMap<string, Handler>;
  readonly world: World;
  readonly observers: Observers;
  readonly seed: number;
  readonly onEnd: (execution: Execution) => Promise<void>;
}

/** The state machines of a stack, at work. */
export interface Machines {
  readonly executions: readonly Execution[];
  isMachine(arn: string): boolean;
  /** By its name in the template. @throws Error if there is none */
  readonly arnOf: (id: string) => string;
  /** Starts a machine; by an alarm unless a name is given. */
  start(arn: string, input: Json, name?: string): Execution;
  readonly redrive: (execution: Execution) => void;
}

/** Runs the state machines. The seed decides the jitter of retries. */
export function createMachines(options: MachinesOptions): Machines {
  const { machines, functions, world, observers, seed } = options;
  const executions: Execution[] = [];
  const announceEnd = async (execution: Execution): Promise<void> => {
    await execution.done;
    await options.onEnd(execution);
  };
  world.sendTaskSuccess = (token, output) => {
    const waiting = executions.find((execution) => execution.hasToken(token));
    if (waiting === undefined) throw new Error('No execution waits for this token.');
    waiting.sendTaskSuccess(token, output);
  };
  const start: Machines['start'] = (arn, input, given) => {
    const machine = machines.get(arn);
    if (machine === undefined) throw new Error(`There is no state machine ${arn}.`);
    const number = executions.length + 1;
    const name = given ?? `alarm-${number}`;
    const execution = startExecution({
      machine: machine.definition,
      name,
      stateMachineArn: arn,
      input,
      clock: world.clock,
      random: createRandom(seed * 1000 + number),
      invoke: async (call) => {
        const handler = functions.get(call.functionArn);
        if (handler === undefined) throw new Error(`There is no function ${call.functionArn}.`);
        const run = async (): Promise<unknown> => await handler(call.payload);
        return observers.aroundInvoke === undefined
          ? await run()
          : await observers.aroundInvoke(call, run);
      },
      onEvent: (event) => observers.onEvent?.(event, name),
    });
    executions.push(execution);
    observers.onExecution?.(execution);
    void announceEnd(execution);
    return execution;
  };
  world.startExecution = (arn, input, name) => {
    const twin = executions.find((each) => each.stateMachineArn === arn && each.name === name);
    return twin ?? start(arn, input, name);
  };
  world.describeExecution = (arn) => {
    const found = executions.find((each) => each.arn === arn);
    return found === undefined ? undefined : describe(found);
  };
  return {
    executions,
    isMachine: (arn) => machines.has(arn),
    arnOf(id) {
      const found = [...machines.values()].find((machine) => machine.id === id);
      if (found === undefined) throw new Error(`There is no state machine ${id}.`);
      return found.arn;
    },
    start,
    redrive(execution) {
      execution.redrive();
      void announceEnd(execution);
    },
  };
}

function describe(execution: Execution): object {
  const last = execution.history.at(-1);
  const { error, cause } = last?.executionFailedEventDetails ?? {};
  const output = last?.executionSucceededEventDetails?.output;
  return {
    executionArn: execution.arn,
    status: execution.status(),
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}
