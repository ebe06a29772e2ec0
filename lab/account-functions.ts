import { createHash } from 'node:crypto';
import * as z from 'zod';
import { readEnvironment } from '../aws/aws-runtime.ts';
import { createClientFactory } from '../aws/clients.ts';
import type { Plan } from '../aws/plan.ts';
import type { ClientFactory, Environment, Log, Runtime } from '../aws/runtime.ts';
import type { Json } from '../core/json.ts';
import type { AroundCall, ObservedCall } from './aws/intercept.ts';
import { answerFromWorld } from './aws/intercept.ts';
import { throughWire } from './asl/json.ts';
import { openDatabase } from './open-database.ts';
import { steps } from './steps.ts';
import type { Substituted } from './substitute.ts';
import type { World } from './world/world.ts';

/** Goes around every invocation of a function: one process of Lambda's. */
export type AroundFunction = (
  name: string,
  payload: unknown,
  run: () => Promise<unknown>,
) => Promise<unknown>;

const justRun: AroundFunction = async (_name, _payload, run) => await run();

/** A function as it can be invoked. */
export type Handler = (payload: unknown) => Promise<unknown>;
/** The resources of a template, their references replaced. */
export type Resources = ReadonlyMap<string, Substituted>;
/** The environment variables of a function. */
export type Variables = Readonly<Record<string, string>>;

const silent: Log = { info: () => undefined, error: () => undefined };

const deployedPlans = new WeakMap<Plan, Json>();

/** A plan as it is read from the bundle: copied once, however many functions read it. */
function deployedPlan(plan: Plan): Json {
  const deployed = deployedPlans.get(plan) ?? throughWire(plan);
  deployedPlans.set(plan, deployed);
  return deployed;
}

/** What goes around the calls of a runtime, and what it finds deployed. */
interface RuntimeHooks {
  readonly aroundCall?: AroundCall;
  readonly loadPlans?: () => readonly Plan[];
  /** Clients that are shared by many runs, and lead to the world of the one under way. */
  readonly clients?: ClientFactory;
}

/** The runtime of a function in the lab: real clients that ask the world. */
export function createRuntime(
  world: World,
  environment: Environment,
  onCall: (call: ObservedCall) => void,
  { aroundCall, clients, loadPlans = () => [world.plan] }: RuntimeHooks = {},
): Runtime {
  return {
    clock: world.clock,
    deadline: async (milliseconds, signal) => {
      await world.clock.sleep(milliseconds, signal);
    },
    client:
      clients ??
      createClientFactory((client, clientRegion) => {
        answerFromWorld(client, clientRegion, world, onCall, aroundCall);
      }),
    network: world.physics.network,
    environment,
    log: silent,
    ...(world.physics.engine === undefined ? {} : { engine: world.physics.engine }),
    openDatabase: async (name, url, access) => await openDatabase(world, name, url, access),
    loadPlans: () => Promise.resolve(throughWire(loadPlans().map(deployedPlan))),
  };
}

/** What the template tells a function; the front door may really be somewhere else. */
export function environmentOf(
  variables: Variables,
  region: string,
  frontDoorUrl: string | undefined,
): Environment {
  const knowsDoor = variables['FRONT_DOOR_URL'] !== undefined && frontDoorUrl !== undefined;
  return readEnvironment({
    ...variables,
    AWS_REGION: region,
    ...(knowsDoor ? { FRONT_DOOR_URL: frontDoorUrl } : {}),
  });
}

const Lambda = z.object({
  Handler: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});

function lambdas(resources: Resources) {
  return [...resources.values()]
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .map(({ arn, properties }) => ({ arn, ...Lambda.parse(properties) }));
}

/** The variables that every function has: what the command line is told, too. */
export function sharedVariables(resources: Resources): Variables {
  const all = lambdas(resources).map(({ Environment }) => Environment.Variables);
  const [first = {}] = all;
  const shared = Object.entries(first).filter(([name]) => all.every((each) => name in each));
  return Object.fromEntries(shared);
}

/** The functions by ARN. The handler's path in the template names the source file. */
export function createFunctions(
  resources: Resources,
  runtimeOf: (variables: Variables, functionName: string) => Runtime,
  around: AroundFunction = justRun,
): Map<string, Handler> {
  const functions = new Map<string, Handler>();
  for (const { arn, Handler, Environment } of lambdas(resources)) {
    const name = /^dist\/functions\/(.+)\.handler$/.exec(Handler)?.[1] ?? Handler;
    const bind = steps[name];
    if (bind === undefined)
      throw new Error(`The template names a handler ${Handler} that is not there.`);
    const handler = bind(runtimeOf(Environment.Variables, name));
    functions.set(arn, async (payload) => await around(name, payload, () => handler(payload)));
  }
  return functions;
}

/** Generates the secrets of the template; the seed decides them. */
export function generateSecrets(resources: Resources, world: World, seed: number): void {
  for (const { type, arn } of resources.values()) {
    if (type !== 'AWS::SecretsManager::Secret') continue;
    const value = createHash('sha256').update(`${arn} ${seed}`).digest('hex');
    world.secrets.set(arn, { current: { id: 'version-1', value }, previous: undefined });
  }
}
