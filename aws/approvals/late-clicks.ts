import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { logEvents } from '../../core/log-events.ts';
import { write } from '../dynamodb.ts';
import type { Runtime } from '../runtime.ts';
import { readRequest } from './request-store.ts';
import { postReply } from './slack-replies.ts';
import { countClick, replyTo } from './slack-votes.ts';
import type { SignedClick } from './slack-votes.ts';

const LateClick = z.object({
  userId: z.string(),
  responseUrl: z.string().optional(),
  press: z.object({
    incidentId: z.string(),
    decision: z.enum(['approved', 'rejected']),
    digest: z.string(),
  }),
  signedPlans: z.array(z.string()),
  address: z.string().nullable(),
  agent: z.string().nullable(),
});

/**
 * Hands a click over that could not be counted before Slack wants its answer, in one small write:
 * as `CLICK#at#user#decision` of the incident, which the stream gives to OnVote. Its signature was
 * checked, and the time for it is over soon: what is stored is believed.
 */
export async function handOver(runtime: Runtime, signed: SignedClick): Promise<void> {
  const { click, ...proof } = signed;
  const { userId, press } = click;
  const at = runtime.clock.now().toISOString();
  const sk = `CLICK#${at}#${userId}#${press.decision}`;
  const Item = write({ pk: `INCIDENT#${press.incidentId}`, sk, at, ...click, ...proof });
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  await client.send(new PutItemCommand({ TableName: runtime.environment.incidentTable, Item }));
  runtime.log.info(logEvents.slackActionHandedOver, { incident: press.incidentId, userId });
}

/**
 * Counts a click that was handed over, and leaves a reply. The front door may have counted it all
 * the same, right after: then this changes nothing.
 */
export async function countLateClick(runtime: Runtime, item: unknown): Promise<void> {
  const { userId, responseUrl, press, ...proof } = LateClick.parse(item);
  const click = { userId, responseUrl, press };
  const request = await readRequest(runtime, press.incidentId);
  await replyTo(runtime, click, await countClick(runtime, { click, ...proof }, request));
}

/** Tells whoever clicked that it takes longer; what it came to follows as a reply of its own. */
export async function sayTaken(runtime: Runtime, item: unknown): Promise<void> {
  const { responseUrl } = LateClick.parse(item);
  const text = 'Your click was taken. It is being counted, and what it came to is said here.';
  if (responseUrl !== undefined) await postReply(runtime, { responseUrl, text });
}
