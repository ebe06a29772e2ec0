import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { describeError } from '../../../core/errors.ts';
import { logEvents } from '../../../core/log-events.ts';
import { unlessConditionFailed, write } from '../../dynamodb.ts';
import type { Runtime } from '../../runtime.ts';

/** A message that Slack keeps for us: the card of an incident, or a question with buttons. */
const Post = z.object({
  ts: z.string(),
  /** `card`, or the digest of the evidence that the question is about. */
  about: z.string(),
  /** Whether its buttons are gone already. */
  isClosed: z.boolean(),
});
export type Post = z.infer<typeof Post>;

/** What is posted for an incident in one channel, under `SLACK#channel#...` of the incident. */
export interface Posts {
  /** Whether the table has answered. */
  readonly isKnown: boolean;
  readonly card: Post | undefined;
  readonly questions: readonly Post[];
}

const prefixOf = (channel: string): string => `SLACK#${channel}#`;

/** Reads what is posted for an incident in a channel. */
export async function readPosts(
  runtime: Runtime,
  incidentId: string,
  channel: string,
): Promise<Posts> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const query = new QueryCommand({
    TableName: runtime.environment.incidentTable,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: write({
      ':pk': `INCIDENT#${incidentId}`,
      ':prefix': prefixOf(channel),
    }),
    ConsistentRead: true,
  });
  const { Items = [] } = await client.send(query);
  const posts = Items.map((item) => Post.parse(unmarshall(item)));
  return {
    isKnown: true,
    card: posts.find(({ about }) => about === 'card'),
    questions: posts.filter(({ about }) => about !== 'card'),
  };
}

/** Remembers the card. The first one stays; false if another one was quicker. */
export async function keepCard(
  runtime: Runtime,
  incidentId: string,
  channel: string,
  ts: string,
): Promise<boolean> {
  const put = putOf(runtime, incidentId, channel, 'CARD', { ts, about: 'card', isClosed: false });
  const once = { ...put, ConditionExpression: 'attribute_not_exists(pk)' };
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  return await unlessConditionFailed(() => client.send(new PutItemCommand(once)));
}

/** Remembers a question, open or closed. */
export async function keepQuestion(
  runtime: Runtime,
  incidentId: string,
  channel: string,
  post: Post,
): Promise<void> {
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  const put = putOf(runtime, incidentId, channel, `QUESTION#${post.ts}`, post);
  await client.send(new PutItemCommand(put));
}

/**
 * What the table says, or something else where it does not answer: people are told all the same,
 * outside the thread or a second time.
 */
export async function tolerate<Found>(
  runtime: Runtime,
  action: () => Promise<Found>,
  otherwise: Found,
): Promise<Found> {
  try {
    return await action();
  } catch (error) {
    runtime.log.error(logEvents.receiptFailed, { problem: describeError(error) });
    return otherwise;
  }
}

function putOf(
  { environment }: Runtime,
  incidentId: string,
  channel: string,
  name: string,
  post: Post,
) {
  const pk = `INCIDENT#${incidentId}`;
  const sk = `${prefixOf(channel)}${name}`;
  return { TableName: environment.incidentTable, Item: write({ pk, sk, ...post }) };
}
