import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { bestGrade } from '../core/authorization.ts';
import type { FenceGrade } from '../core/authorization.ts';
import { describeError } from '../core/errors.ts';
import { Incident } from '../core/incident.ts';
import type { Lock } from '../core/incident.ts';
import type { ServiceFacts } from '../core/watch.ts';
import { databaseDriver } from './drivers/databases.ts';
import { trafficDriver } from './drivers/traffic.ts';
import { createIncidentStore } from './incident-store.ts';
import type { Plan } from './plan.ts';
import { readAgain } from './read-again.ts';
import type { Runtime } from './runtime.ts';
import { trafficSnapshot } from './snapshot-names.ts';
import { tryFence } from './try-fence.ts';

/** Under which name it is kept that the old primary was seen to be fenced. */
export const fenceHolds = 'old-primary-fenced';

const Intent = z.object({ incident: Incident.optional() });

/** The incident that promoted, from what it wrote down before; undefined if that is not known. */
export async function promotedIncident(
  runtime: Runtime,
  plan: Plan,
  lock: Lock,
): Promise<Incident | undefined> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  for (const { id } of plan.databases) {
    const Key = {
      pk: { S: `INCIDENT#${lock.incidentId}` },
      sk: { S: `INTENT#promote#${id}` },
    };
    const command = new GetItemCommand({
      ...{ TableName: runtime.environment.incidentTable, Key },
      ConsistentRead: true,
    });
    const { Item } = await client.send(command);
    const { incident } = Intent.parse(Item === undefined ? {} : unmarshall(Item));
    if (incident !== undefined) return incident;
  }
  return undefined;
}

/** Where the service is now. What cannot be read is not known to be there. Changes nothing. */
export async function findService(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
): Promise<ServiceFacts> {
  const context = { plan, runtime };
  const notWriting = plan.databases.map(async (database) => {
    const { role, status } = await readAgain(() => databaseDriver(database).read(context));
    return role === 'writer' ? undefined : `${database.id} is ${role} (${status}).`;
  });
  const notThere = plan.traffic.map(async (traffic) => {
    const store = createIncidentStore(runtime);
    const snapshot = await store.readSnapshot(incident, trafficSnapshot(traffic));
    if (snapshot === undefined) return `${traffic.id} was not switched by this incident.`;
    const { settled, why } = await readAgain(() =>
      trafficDriver(traffic).settled(snapshot, context),
    );
    return settled ? undefined : `${traffic.id}: ${why}`;
  });
  return { notWriting: await reasons(notWriting), notThere: await reasons(notThere) };
}

async function reasons(looks: readonly Promise<string | undefined>[]): Promise<string[]> {
  const found = await Promise.allSettled(looks);
  return found.flatMap((look) =>
    look.status === 'rejected'
      ? [`It cannot be read. ${describeError(look.reason)}`]
      : (look.value ?? []),
  );
}

/**
 * Fences the old primary where it is. A fence at the edge moves clients and not the primary: it is
 * left out. Only ever tightens, so that it can run any number of times.
 */
export async function fenceOldPrimary(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
): Promise<{ readonly grade: FenceGrade; readonly evidence: readonly string[] }> {
  const fences = plan.fencing.filter(({ kind }) => kind !== 'edge');
  const drivers = await Promise.all(
    fences.map(async (driver) => await tryFence(runtime, plan, incident, driver)),
  );
  return {
    grade: bestGrade(drivers.map(({ grade }) => grade)),
    evidence: drivers.map(({ id, why }) => `Fence ${id}: ${why}`),
  };
}
