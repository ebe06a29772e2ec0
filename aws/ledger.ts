import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { digestOf } from '../core/digest.ts';
import { describeError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { JsonValue } from '../core/json.ts';
import { logEvents } from '../core/log-events.ts';
import { write } from './dynamodb.ts';
import type { Runtime } from './runtime.ts';

/**
 * A line of the append-only story of an incident, as it is stored. The key holds a digest of the
 * entry: two events of the same instant are both kept, and the same one twice is one.
 */
export function ledgerItem(
  incidentId: string,
  what: string,
  entry: Json,
  at: string,
): Record<string, AttributeValue> {
  const sk = `LEDGER#${at}#${what}#${digestOf(entry).slice(0, 8)}`;
  return write({ pk: `INCIDENT#${incidentId}`, sk, at, what, entry });
}

/** Adds a line to the story of an incident. */
export async function appendToLedger(
  runtime: Runtime,
  incidentId: string,
  what: string,
  entry: Json,
  at = runtime.clock.now().toISOString(),
): Promise<void> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const Item = ledgerItem(incidentId, what, entry, at);
  await client.send(new PutItemCommand({ TableName: runtime.environment.incidentTable, Item }));
}

/**
 * Adds a line that only tells people how far it got. Where the table does not answer, the step
 * that did the work has still done it, and goes on: the line is in the log then, as an error.
 */
export async function notePhase(
  runtime: Runtime,
  incidentId: string,
  what: string,
  entry: Json,
): Promise<void> {
  try {
    await appendToLedger(runtime, incidentId, what, entry);
  } catch (error) {
    const problem = describeError(error);
    runtime.log.error(logEvents.phaseNotNoted, { incident: incidentId, what, entry, problem });
  }
}

/** The line that proves that every replica of a switchover has replayed everything. */
export const CAUGHT_UP = 'caught-up';

/** An entry of the append-only story of an incident. */
export const LedgerEntry = z.object({ at: z.string(), what: z.string(), entry: JsonValue });
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** The whole story of an incident, oldest first. */
export async function readLedger(runtime: Runtime, incidentId: string): Promise<LedgerEntry[]> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const entries: LedgerEntry[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const query = new QueryCommand({
      TableName: runtime.environment.incidentTable,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: write({ ':pk': `INCIDENT#${incidentId}`, ':prefix': 'LEDGER#' }),
      ConsistentRead: true,
      ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
    });
    const page = await client.send(query);
    entries.push(...(page.Items ?? []).map((item) => LedgerEntry.parse(unmarshall(item))));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return entries;
}
