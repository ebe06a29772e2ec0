import type { Network } from '../../core/network.ts';
import { NetworkError } from '../../core/network.ts';
import { createClientFactory } from '../../aws/clients.ts';
import type { DriverContext } from '../../aws/drivers/driver.ts';
import { Plan } from '../../aws/plan.ts';
import type { ClientFactory } from '../../aws/runtime.ts';

/** The instant at which these tests take place. */
export const now = new Date('2026-10-02T17:10:00.000Z');

const check = { url: 'https://standby.shop.example.com/health' };
const alarm = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:primary-down';

/** A plan from eu-central-1 to eu-west-1; sections may be replaced. */
export function examplePlan(sections: Readonly<Record<string, unknown>> = {}): Plan {
  return Plan.parse({
    name: 'shop',
    regions: { primary: 'eu-central-1', standby: 'eu-west-1' },
    strategy: 'pilotLight',
    objectives: { rtoSeconds: 900, rpoSeconds: 60 },
    detection: {
      alarms: [alarm],
      probes: [{ kind: 'alarmState', id: 'alarm', alarm }],
      confirm: { minimumOutageSeconds: 60, deadlineSeconds: 600 },
    },
    databases: [
      {
        kind: 'rdsReadReplica',
        id: 'orders',
        source: 'shop-db',
        replica: 'shop-db-replica',
        writeCheck: { ...check, method: 'POST' },
      },
    ],
    traffic: [
      {
        kind: 'healthCheckMarker',
        id: 'marker',
        name: 'shop.example.com',
        bucket: 'shop-markers',
        key: 'standby-serves',
      },
    ],
    verification: { standby: [check], service: [check] },
    authorization: {
      approvers: [{ name: 'Ada', iam: 'arn:aws:iam::111122223333:user/ada' }],
      unfenced: { policy: 'ask' },
    },
    notifications: [
      { kind: 'sns', id: 'people', topicArn: 'arn:aws:sns:eu-west-1:111122223333:pages' },
    ],
    ...sections,
  });
}

/** A network on which nothing is there, but for what a test says. */
export function fakeNetwork(parts: Partial<Network> = {}): Network {
  const refuse = async () => {
    throw new NetworkError('ENOTFOUND', 'nothing is there');
  };
  return { https: refuse, tcp: refuse, resolve: refuse, ...parts };
}

/** A network whose DNS gives these answers. */
export function answering(...answers: string[]): Network {
  return fakeNetwork({ resolve: async () => answers });
}

/** What a driver is given. */
export function contextWith(
  parts: { plan?: Plan; network?: Network; client?: ClientFactory } = {},
): DriverContext {
  return {
    plan: parts.plan ?? examplePlan(),
    runtime: {
      clock: { now: () => now },
      client: parts.client ?? createClientFactory(),
      network: parts.network ?? fakeNetwork(),
      environment: {
        region: 'eu-west-1',
        incidentTable: 'incidents',
        reportBucket: 'reports',
        switchPrefix: '/failover',
      },
      log: { info: () => undefined, error: () => undefined },
      loadPlans: async () => [],
      deadline: async () => {
        throw new Error('Nobody waits here.');
      },
    },
  };
}

/** An error as the SDK throws it for a fault that is not modelled. */
export function serviceError(name: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(`${name} happened`), { name, $metadata: { httpStatusCode } });
}

/** An error as Node throws it when nothing listens. */
export function refusedConnection(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
}

/** What a client mock answers to a command for which a test has said nothing. */
export const unexpectedCall = new Error('This call was not expected.');
