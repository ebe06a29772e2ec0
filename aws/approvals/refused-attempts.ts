import {
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { Origin } from '../../core/approval/request.ts';
import { fittedOrigin } from '../../core/approval/request.ts';
import { logEvents } from '../../core/log-events.ts';
import { unlessOvertaken, write } from '../dynamodb.ts';
import { ledgerItem } from '../ledger.ts';
import type { Runtime } from '../runtime.ts';
import { readRequest } from './request-store.ts';

/** An attempt to decide that was refused. */
export interface RefusedAttempt {
  /** Who it claims or proves to be; null if nobody knows. */
  readonly voter: string | null;
  readonly decision: string | null;
  readonly evidenceDigest: string | null;
  readonly origin: Origin;
  readonly ruleId: string;
  readonly why: string;
}

/** The ledger keeps so many of each kind: the front door is open to the internet. */
const MOST_KEPT = 100;
const MOST_TRIES = 5;
const Counter = z.object({ kept: z.int() });

/**
 * Keeps a refused attempt: always in the log, and in the ledger of the incident if it asks
 * something and the ledger does not hold a hundred of strangers, or of people who proved who they
 * are, already. Never throws for a full or busy
 * ledger: an attacker must not be able to stop anything by trying.
 */
export async function recordRefusedAttempt(
  runtime: Runtime,
  incidentId: string,
  given: RefusedAttempt,
): Promise<void> {
  const attempt = { ...given, origin: fittedOrigin(given.origin) };
  runtime.log.info(logEvents.attemptRefused, { incident: incidentId, ...attempt });
  if ((await readRequest(runtime, incidentId)) === undefined) return;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const kept = await readCounter(runtime, incidentId, attempt);
    if (kept >= MOST_KEPT) return;
    if (await keep(runtime, incidentId, attempt, kept)) return;
  }
}

/** Whoever is known has a budget of their own: strangers cannot push them out of the record. */
const keyOf = (incidentId: string, { voter }: RefusedAttempt) => ({
  pk: `INCIDENT#${incidentId}`,
  sk: voter === null ? 'REFUSED#stranger' : 'REFUSED#known',
});

async function readCounter(
  runtime: Runtime,
  incidentId: string,
  attempt: RefusedAttempt,
): Promise<number> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const TableName = runtime.environment.incidentTable;
  const Key = write(keyOf(incidentId, attempt));
  const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  return Item === undefined ? 0 : Counter.parse(unmarshall(Item)).kept;
}

async function keep(
  runtime: Runtime,
  incidentId: string,
  attempt: RefusedAttempt,
  kept: number,
): Promise<boolean> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const TableName = runtime.environment.incidentTable;
  const at = runtime.clock.now().toISOString();
  const counter = {
    TableName,
    Item: write({ ...keyOf(incidentId, attempt), kept: kept + 1 }),
    ...(kept === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'kept = :kept',
          ExpressionAttributeValues: write({ ':kept': kept }),
        }),
  };
  const line = {
    TableName,
    Item: ledgerItem(incidentId, 'attempt-refused', { ...attempt, number: kept + 1 }, at),
  };
  return await unlessOvertaken(() =>
    client.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Put: counter }, { Put: line }] }),
    ),
  );
}
