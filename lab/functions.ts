import * as z from 'zod';
import { readEnvironment } from '../aws/aws-runtime.ts';
import type { Environment, Runtime } from '../aws/runtime.ts';
import { parseStateMachine } from './asl/parse.ts';
import { steps } from './steps.ts';
import type { Substituted } from './substitute.ts';

/** A function as whoever calls it sees it. */
export type Handler = (payload: unknown) => Promise<unknown>;
/** The resources of the stack by their names in the template. */
export type Resources = ReadonlyMap<string, Substituted>;

const FunctionProperties = z.object({
  Handler: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});

/** The functions by ARN, each with its own environment. The handler's path names the source. */
export function createFunctions(
  resources: Resources,
  region: string,
  runtimeOf: (functionName: string, environment: Environment) => Runtime,
): Map<string, Handler> {
  const functions = new Map<string, Handler>();
  for (const { type, arn, properties } of resources.values()) {
    if (type !== 'AWS::Lambda::Function') continue;
    const { Handler, Environment } = FunctionProperties.parse(properties);
    const name = /^dist\/functions\/(.+)\.handler$/.exec(Handler)?.[1] ?? Handler;
    const bind = steps[name];
    if (bind === undefined)
      throw new Error(`The template names a handler ${Handler} that is not there.`);
    const environment = readEnvironment({ ...Environment.Variables, AWS_REGION: region });
    functions.set(arn, bind(runtimeOf(name, environment)));
  }
  return functions;
}

/** What an operator's command line knows of the stack: what every function is told. */
export function operatorEnvironment(resources: Resources, region: string): Environment {
  for (const { type, properties } of resources.values()) {
    if (type !== 'AWS::Lambda::Function') continue;
    const { Variables } = FunctionProperties.parse(properties).Environment;
    const { incidentTable, reportBucket, switchPrefix } = readEnvironment({
      ...Variables,
      AWS_REGION: region,
    });
    return { region, incidentTable, reportBucket, switchPrefix };
  }
  throw new Error('The template has no function.');
}

/** The only state machine of the stack. */
export function machineOf(resources: Resources) {
  const found = [...resources.values()].find(
    ({ type }) => type === 'AWS::StepFunctions::StateMachine',
  );
  if (found === undefined) throw new Error('The template has no state machine.');
  return { arn: found.arn, definition: parseStateMachine(found.properties['Definition']) };
}
