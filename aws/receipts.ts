import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { describeError } from '../core/errors.ts';
import { logEvents } from '../core/log-events.ts';
import type { Message } from '../core/messages.ts';
import { incidentOf } from '../core/messages.ts';
import { write } from './dynamodb.ts';
import type { Receipts } from './drivers/driver.ts';
import type { Runtime } from './runtime.ts';

/** A receipt says that a channel, or one recipient of it, has a message. */
const Receipt = z.object({ recipient: z.string() });

/**
 * What was sent of this message before: `SENT#key#channel[#recipient]`, under the incident or the
 * plan. A table that cannot be read keeps nobody from being told: then nothing counts as sent.
 */
export async function readReceipts(
  runtime: Runtime,
  plan: string,
  message: Message,
): Promise<Receipts> {
  const { environment, log } = runtime;
  const client = runtime.client(DynamoDBClient, environment.region);
  const TableName = environment.incidentTable;
  const { deduplicationKey } = message;
  const incident = incidentOf(message);
  const pk = incident === undefined ? `NOTICE#${plan}` : `INCIDENT#${incident.incidentId}`;
  const prefix = `SENT#${deduplicationKey}#`;
  const failed = (error: unknown): void => {
    log.error(logEvents.receiptFailed, { deduplicationKey, problem: describeError(error) });
  };

  async function read(): Promise<string[]> {
    const query = new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: write({ ':pk': pk, ':prefix': prefix }),
      ConsistentRead: true,
    });
    try {
      const { Items = [] } = await client.send(query);
      return Items.map((item) => Receipt.parse(unmarshall(item)).recipient);
    } catch (error) {
      failed(error);
      return [];
    }
  }

  const known = new Set(await read());
  return {
    has: (recipient) => known.has(recipient),
    async keep(recipient) {
      known.add(recipient);
      const at = runtime.clock.now().toISOString();
      const Item = write({ pk, sk: `${prefix}${recipient}`, recipient, at });
      try {
        await client.send(new PutItemCommand({ TableName, Item }));
      } catch (error) {
        failed(error);
      }
    },
  };
}

/** The receipts of one channel's recipients. */
export function receiptsOf(channel: string, receipts: Receipts): Receipts {
  return {
    has: (recipient) => receipts.has(`${channel}#${recipient}`),
    keep: async (recipient) => {
      await receipts.keep(`${channel}#${recipient}`);
    },
  };
}
