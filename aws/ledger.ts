import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { Json } from '../core/json.ts';
import { write } from './dynamodb.ts';
import type { Runtime } from './runtime.ts';

/** Adds a line to the append-only story of an incident. */
export async function appendToLedger(
  runtime: Runtime,
  incidentId: string,
  what: string,
  entry: Json,
): Promise<void> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const at = runtime.clock.now().toISOString();
  const item = { pk: `INCIDENT#${incidentId}`, sk: `LEDGER#${at}#${what}`, at, what, entry };
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
