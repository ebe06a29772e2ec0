import * as z from 'zod';
import type { Plan } from '../aws/plan.ts';
import type { ClientFactory, Runtime } from '../aws/runtime.ts';
import type { Json } from '../core/json.ts';
import { JsonValue } from '../core/json.ts';
import type { AroundFunction, Variables } from './account-functions.ts';
import {
  createFunctions,
  createRuntime,
  environmentOf,
  generateSecrets,
  sharedVariables,
} from './account-functions.ts';
import { matches } from './aws/event-pattern.ts';
import type { AroundCall, ObservedCall } from './aws/intercept.ts';
import type { Execution } from './asl/execution.ts';
import type { HistoryEvent } from './asl/history.ts';
import { throughWire } from './asl/json.ts';
import type { InvokeCall } from './asl/thread.ts';
import { createMachines } from './machines.ts';
import { statusChange } from './status-change.ts';
import { connectStream } from './stream.ts';
import { frontDoorOf, stackOf } from './stack-of.ts';
import type { Template } from './template.ts';
import type { World } from './world/world.ts';

/** A call as the lab watches it, with the function that made it; undefined for the operator. */
export interface CallOfFunction extends ObservedCall {
  readonly functionName: string | undefined;
}

/** What the lab watches while the stack runs. */
export interface Observers {
  readonly onEvent?: (event: HistoryEvent, executionName: string) => void;
  readonly onCall?: (call: CallOfFunction) => void;
  readonly onExecution?: (execution: Execution) => void;
  /** Runs around a function that a state calls: it may fail it, delay it or lose its answer. */
  readonly aroundInvoke?: (call: InvokeCall, run: () => Promise<unknown>) => Promise<unknown>;
  /** Runs around every function, whoever invokes it: one process of Lambda's. */
  readonly aroundFunction?: AroundFunction;
  /** Goes around every call of an SDK client. */
  readonly aroundCall?: AroundCall;
  /** The plans that are deployed when a function asks; the world's own unless told otherwise. */
  readonly loadPlans?: () => readonly Plan[];
  /** Clients that are shared by many runs; `onCall` is not called for them. */
  readonly clients?: ClientFactory;
}

/** The deployed stack, as the template describes it, running against the world. */
export interface Account {
  /** What EventBridge does with an event: every rule whose pattern matches starts its target. */
  putEvent(event: Json): Promise<void>;
  /** What EventBridge does when the time of the scheduled rules has come: they are not tried again. */
  tick(): Promise<void>;
  readonly executions: readonly Execution[];
  /** The ARN of a state machine, by its name in the template. */
  readonly machineArn: (id: string) => string;
  /** What an operator does in the console; the new ending is announced as every ending is. */
  redrive(execution: Execution): void;
  /** A runtime for calls from outside the workflow, such as the command line's. */
  readonly runtime: Runtime;
  /** Errors that no state machine saw: a notifier that failed, for example. */
  readonly problems: readonly string[];
  /** The address of the front door. */
  readonly frontDoorUrl: string;
  /** What the function URL does with a request: see `functionUrlEvent`. */
  frontDoor(event: Json): Promise<unknown>;
}

/** AWS Lambda Developer Guide, Error handling for asynchronous invocation: a minute, then two. */
const ASYNC_RETRY_SECONDS = [60, 120] as const;

const Parameter = z.object({ Name: z.string(), Value: z.string() });
const Rule = z.object({
  /** Absent for a rule that runs on a schedule. */
  EventPattern: z.record(z.string(), JsonValue).optional(),
  /** A rule without it is on. */
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  Targets: z.array(z.object({ Id: z.string(), Arn: z.string() })),
});

/**
 * Deploys a template into the world. The seed decides the jitter of retries.
 * @param frontDoorUrl where the front door is really served, if it is
 * @throws if the template holds what the lab lacks
 */
export function deploy(
  template: Template,
  world: World,
  observers: Observers = {},
  seed = 1,
  frontDoorUrl?: string,
): Account {
  const { region, resources, machines } = stackOf(template, world.plan.regions.standby);
  for (const { type, properties } of resources.values()) {
    if (type !== 'AWS::SSM::Parameter') continue;
    const { Name, Value } = Parameter.parse(properties);
    world.parameters.set(Name, Value);
  }
  generateSecrets(resources, world, seed);
  const runtimeOf = (variables: Variables, functionName: string | undefined): Runtime =>
    createRuntime(
      world,
      environmentOf(variables, region, frontDoorUrl),
      (call) => observers.onCall?.({ ...call, functionName }),
      observers,
    );
  const functions = createFunctions(resources, runtimeOf, observers.aroundFunction);
  const problems: string[] = [];
  const workflows = createMachines({
    ...{ machines, functions, world, observers, seed },
    onEnd: async (execution) => {
      await putEvent(statusChange(execution, region));
    },
  });
  const putEvent = async (event: Json): Promise<void> => {
    for (const { type, properties } of resources.values()) {
      if (type !== 'AWS::Events::Rule') continue;
      const rule = Rule.parse(properties);
      if (rule.EventPattern === undefined || !matches(rule.EventPattern, event)) continue;
      for (const { Arn } of rule.Targets) {
        if (workflows.isMachine(Arn)) workflows.start(Arn, event);
        else await deliver(Arn, event);
      }
    }
  };
  const tick = async (): Promise<void> => {
    for (const { type, properties } of resources.values()) {
      if (type !== 'AWS::Events::Rule') continue;
      const { EventPattern, State, Targets } = Rule.parse(properties);
      if (EventPattern !== undefined || State === 'DISABLED') continue;
      for (const { Arn } of Targets) {
        await invoke(Arn, { source: 'aws.events', 'detail-type': 'Scheduled Event' }).catch(
          (error: unknown) => problems.push(`${Arn}: ${String(error)}`),
        );
      }
    }
  };
  const deliver = async (arn: string, event: Json): Promise<void> => {
    for (const waitSeconds of [...ASYNC_RETRY_SECONDS, undefined]) {
      try {
        await invoke(arn, event);
        return;
      } catch (error) {
        if (waitSeconds === undefined) problems.push(`${arn}: ${String(error)}`);
        else await world.clock.sleep(waitSeconds * 1000);
      }
    }
  };
  const invoke = async (arn: string, event: Json): Promise<unknown> => {
    const handler = functions.get(arn);
    if (handler === undefined) throw new Error(`There is no function ${arn}.`);
    return await handler(throughWire(event));
  };
  const operatorRuntime = (): Runtime => {
    const runtime = runtimeOf(sharedVariables(resources), undefined);
    const machines = {
      switchover: workflows.arnOf('Switchover'),
      reconciliation: workflows.arnOf('Reconcile'),
    };
    return { ...runtime, environment: { ...runtime.environment, ...machines } };
  };
  connectStream(resources, world, invoke, (problem) => problems.push(problem));
  return {
    putEvent,
    tick,
    machineArn: workflows.arnOf,
    redrive: workflows.redrive,
    executions: workflows.executions,
    runtime: operatorRuntime(),
    problems,
    frontDoorUrl: frontDoorUrl ?? 'https://front-door.lambda-url.lab/',
    frontDoor: async (event) => await invoke(frontDoorOf(resources), event),
  };
}
