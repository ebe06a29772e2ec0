import {
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { ApprovalRequest, Origin } from '../../core/approval/request.ts';
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
 * something and the ledger does not hold a hundred of its approvers, or of everybody else, already.
 * Never throws for a full or busy ledger: an attacker must not be able to stop anything by trying.
 */
export async function recordRefusedAttempt(
  runtime: Runtime,
  incidentId: string,
  given: RefusedAttempt,
): Promise<void> {
  const attempt = { ...given, origin: fittedOrigin(given.origin) };
  runtime.log.info(logEvents.attemptRefused, { incident: incidentId, ...attempt });
  const request = await readRequest(runtime, incidentId);
  if (request === undefined) return;
  const counter = counterOf(request, attempt);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const kept = await readCounter(runtime, counter);
    if (kept >= MOST_KEPT) return;
    if (await keep(runtime, counter, incidentId, attempt, kept)) return;
  }
}

interface CounterKey {
  readonly pk: string;
  readonly sk: string;
}

/**
 * The approvers have a budget of their own: nobody else, whatever they can prove to be, can push
 * them out of the record.
 */
function counterOf(
  { incidentId, approvers }: ApprovalRequest,
  { voter }: RefusedAttempt,
): CounterKey {
  const isListed =
    voter !== null && approvers.some(({ name, slack, iam }) => [name, slack, iam].includes(voter));
  return { pk: `INCIDENT#${incidentId}`, sk: `REFUSED#${isListed ? 'approver' : 'stranger'}` };
}

async function readCounter(runtime: Runtime, counter: CounterKey): Promise<number> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const TableName = runtime.environment.incidentTable;
  const Key = write({ ...counter });
  const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  return Item === undefined ? 0 : Counter.parse(unmarshall(Item)).kept;
}

async function keep(
  runtime: Runtime,
  key: CounterKey,
  incidentId: string,
  attempt: RefusedAttempt,
  kept: number,
): Promise<boolean> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const TableName = runtime.environment.incidentTable;
  const at = runtime.clock.now().toISOString();
  const counter = {
    TableName,
    Item: write({ ...key, kept: kept + 1 }),
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
