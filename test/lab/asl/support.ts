import type { Json } from '../../../core/json.ts';
import { startExecution } from '../../../lab/asl/execution.ts';
import type { Execution } from '../../../lab/asl/execution.ts';
import { parseStateMachine } from '../../../lab/asl/parse.ts';
import type { InvokeCall } from '../../../lab/asl/thread.ts';
import { createVirtualClock } from '../../../lab/clock.ts';
import type { VirtualClock } from '../../../lab/clock.ts';

export const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:step';
export const INVOKE = 'arn:aws:states:::lambda:invoke';
export const CALLBACK = 'arn:aws:states:::lambda:invoke.waitForTaskToken';

export interface Lab {
  readonly clock: VirtualClock;
  /** Every call of a function, in order. */
  readonly calls: InvokeCall[];
  readonly execution: Execution;
  /** Seconds since the start. */
  readonly elapsed: () => number;
}

export interface LabOptions {
  readonly input?: Json;
  readonly random?: () => number;
  readonly invoke?: (call: InvokeCall, lab: Lab) => Promise<unknown>;
  /** Fields of the machine besides its states. */
  readonly machine?: Record<string, Json>;
}

const START = new Date('2026-01-01T00:00:00Z');

/** An error as a function throws it. */
export function failure(name: string, message = ''): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

/** Starts a machine that begins at its first state, in virtual time. */
export function start(states: Record<string, Json>, options: LabOptions = {}): Lab {
  const clock = createVirtualClock(START);
  const calls: InvokeCall[] = [];
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: Object.keys(states)[0],
    States: states,
    ...options.machine,
  };
  const execution = startExecution({
    machine: parseStateMachine(definition),
    name: 'run',
    stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:machine',
    input: options.input ?? {},
    clock,
    random: options.random ?? (() => 0.5),
    invoke: async (call) => {
      calls.push(call);
      return (await options.invoke?.(call, lab)) ?? null;
    },
  });
  const elapsed = () => (clock.now().getTime() - START.getTime()) / 1000;
  const lab: Lab = { clock, calls, execution, elapsed };
  return lab;
}

/** Runs until the execution ends. */
export async function finish({ clock, execution }: Lab) {
  return await clock.run(async () => await execution.done);
}

/** Runs a machine from start to end. */
export async function run(states: Record<string, Json>, options: LabOptions = {}) {
  const lab = start(states, options);
  return { ...lab, result: await finish(lab) };
}

/** The types of the events so far. */
export function typesOf({ execution }: Pick<Lab, 'execution'>): string[] {
  return execution.history.map((event) => event.type);
}
