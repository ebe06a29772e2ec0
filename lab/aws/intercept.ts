import * as z from 'zod';
import type { World } from '../world/world.ts';
import { applicationAutoScaling } from './application-auto-scaling.ts';
import { autoScaling } from './auto-scaling.ts';
import { cloudWatch } from './cloudwatch.ts';
import { dynamoDb } from './dynamodb.ts';
import { ec2 } from './ec2.ts';
import { ecs } from './ecs.ts';
import { elasticLoadBalancing } from './elastic-load-balancing.ts';
import { rds } from './rds.ts';
import { route53 } from './route53.ts';
import { s3 } from './s3.ts';
import type { Service } from './service.ts';
import { UnmodelledCallError } from './service.ts';
import { secretsManager } from './secrets-manager.ts';
import { sesV2 } from './sesv2.ts';
import { sfn } from './sfn.ts';
import { sns } from './sns.ts';
import { ssm } from './ssm.ts';
import { sts } from './sts.ts';

/** The services that the lab models, by the SDK's name of the client. */
const services: Readonly<Record<string, Service>> = {
  ApplicationAutoScalingClient: applicationAutoScaling,
  AutoScalingClient: autoScaling,
  CloudWatchClient: cloudWatch,
  DynamoDBClient: dynamoDb,
  EC2Client: ec2,
  ECSClient: ecs,
  ElasticLoadBalancingV2Client: elasticLoadBalancing,
  RDSClient: rds,
  Route53Client: route53,
  S3Client: s3,
  SESv2Client: sesV2,
  SecretsManagerClient: secretsManager,
  SFNClient: sfn,
  SNSClient: sns,
  SSMClient: ssm,
  STSClient: sts,
};

/** Route 53 has one control plane, whatever Region its client names. */
const ROUTE_53_REGION = 'us-east-1';

/** A call that went through the seam, for progress, faults and the record. */
export interface ObservedCall {
  readonly command: string;
  readonly client: string;
  readonly region: string;
  readonly input: unknown;
}

/** Goes around a call: may refuse it, delay it, lose its answer, or let it happen twice. */
export type AroundCall = (call: ObservedCall, effect: () => Promise<object>) => Promise<object>;

const letPass: AroundCall = async (_call, effect) => await effect();

/** The part of an SDK client that the lab uses: where its middleware goes. */
const Client = z.object({
  middlewareStack: z.object({
    add: z.custom<AddMiddleware>((value) => typeof value === 'function'),
  }),
});

type Middleware = (
  next: unknown,
  context: { readonly clientName?: string; readonly commandName?: string },
) => (args: { readonly input: unknown }) => Promise<{ output: object; response: object }>;
type AddMiddleware = (middleware: Middleware, options: object) => void;

/** What stands behind a client. */
export interface Behind {
  readonly world: World;
  readonly onCall?: (call: ObservedCall) => void;
  readonly aroundCall?: AroundCall;
}

/**
 * Answers a real SDK client from the world, at the first step of its middleware: the code under
 * test is the same that is deployed. A call that is not modelled is an error.
 */
export function answerFromWorld(
  client: unknown,
  region: string,
  world: World,
  onCall: (call: ObservedCall) => void = () => undefined,
  aroundCall: AroundCall = letPass,
): void {
  const behind = { world, onCall, aroundCall };
  answerFrom(client, region, () => behind);
}

/** The same for a client that outlives a world: what stands behind it is asked at each call. */
export function answerFrom(client: unknown, region: string, current: () => Behind): void {
  const middleware: Middleware =
    (_next, { clientName = '', commandName = '' }) =>
    async ({ input }) => {
      const { world, onCall, aroundCall = letPass } = current();
      const observed = { command: commandName, client: clientName, region, input };
      onCall?.(observed);
      const call = services[clientName]?.[commandName];
      if (call === undefined) {
        throw new UnmodelledCallError(`The lab does not model ${clientName} ${commandName}.`);
      }
      const output = await aroundCall(observed, async () => {
        const own = clientName === 'Route53Client' ? ROUTE_53_REGION : region;
        for (const each of [region, own]) if (world.unreachable.has(each)) throw unreachable(each);
        return await call(input, { world, region });
      });
      return {
        output: { $metadata: { httpStatusCode: 200, attempts: 1 }, ...output },
        response: {},
      };
    };
  const { middlewareStack } = Client.parse(client);
  const add = middlewareStack.add.bind(Reflect.get(Object(client), 'middlewareStack'));
  add(middleware, { step: 'initialize', name: 'lab', priority: 'high' });
}

/** What the SDK throws for a refused connection. */
function unreachable(region: string): Error {
  const message = `connect ECONNREFUSED: the control plane of ${region} does not answer`;
  return Object.assign(new Error(message), { code: 'ECONNREFUSED', $metadata: { attempts: 1 } });
}
