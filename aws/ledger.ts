import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { digestOf } from '../core/digest.ts';
import type { Json } from '../core/json.ts';
import { write } from './dynamodb.ts';
import type { Runtime } from './runtime.ts';

/**
 * Adds a line to the append-only story of an incident. The key holds a digest of the entry: two
 * events of the same instant are both kept, and the same one twice is one.
 */
export async function appendToLedger(
  runtime: Runtime,
  incidentId: string,
  what: string,
  entry: Json,
  at = runtime.clock.now().toISOString(),
): Promise<void> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const sk = `LEDGER#${at}#${what}#${digestOf(entry).slice(0, 8)}`;
  const item = { pk: `INCIDENT#${incidentId}`, sk, at, what, entry };
  await client.send(
    new PutItemCommand({ TableName: runtime.environment.incidentTable, Item: write(item) }),
  );
}

/** An entry of the append-only story of an incident. */
export const LedgerEntry = z.object({ at: z.string(), what: z.string(), entry: z.json() });

/** The story of an incident, oldest first. */
export async function readLedger(
  runtime: Runtime,
  incidentId: string,
): Promise<z.infer<typeof LedgerEntry>[]> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const query = new QueryCommand({
    TableName: runtime.environment.incidentTable,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: write({ ':pk': `INCIDENT#${incidentId}`, ':prefix': 'LEDGER#' }),
    ConsistentRead: true,
  });
  const { Items = [] } = await client.send(query);
  return Items.map((item) => LedgerEntry.parse(unmarshall(item)));
}
