import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { digestOf } from '../../core/digest.ts';
import { NotReadyError, UnreachableError } from '../../core/errors.ts';
import { plain } from '../../core/slack/blocks.ts';
import { fallbackText } from '../../core/slack/message.ts';
import { write } from '../dynamodb.ts';
import { postToSlack } from '../drivers/slack-app/api.ts';
import type { Runtime } from '../runtime.ts';

/** What somebody who clicked is told, where only they see it. */
export const SlackReply = z.object({ responseUrl: z.string(), text: z.string() });
export type SlackReply = z.infer<typeof SlackReply>;

/**
 * Leaves a reply in the table, as `REPLY#at#digest` of the incident: Slack waits three seconds for
 * the function that took the click, and the stream has time.
 */
export async function storeReply(
  runtime: Runtime,
  incidentId: string,
  reply: SlackReply,
): Promise<void> {
  const at = runtime.clock.now().toISOString();
  const digest = digestOf({ ...reply }).slice(0, 12);
  const pk = `INCIDENT#${incidentId}`;
  const Item = write({ pk, sk: `REPLY#${at}#${digest}`, at, ...reply });
  const client = runtime.client(DynamoDBClient, runtime.environment.region);
  await client.send(new PutItemCommand({ TableName: runtime.environment.incidentTable, Item }));
}

/**
 * Shows a stored reply to whoever clicked. Only Slack's own host is ever called: what is in the
 * table came from outside. Repeating it shows it again.
 * @throws NotReadyError if the URL is not Slack's, or Slack does not take it any more
 * @throws UnreachableError if it may pass
 */
export async function postReply(runtime: Runtime, item: unknown): Promise<void> {
  const { responseUrl, text } = SlackReply.parse(item);
  if (!isSlackUrl(responseUrl)) {
    throw new NotReadyError('A reply names a host that is not hooks.slack.com: it is not called.');
  }
  const body = JSON.stringify({
    response_type: 'ephemeral',
    replace_original: false,
    text: fallbackText(text),
    blocks: [{ type: 'section', text: plain(text, 1000) }],
  });
  const { status } = await postToSlack(runtime, { url: responseUrl, body });
  if (status >= 200 && status <= 299) return;
  if (status === 429 || status >= 500) throw new UnreachableError(`Slack answered ${status}.`);
  throw new NotReadyError(`Slack does not take the reply any more: ${status}.`);
}

/** Whether this is exactly https://hooks.slack.com/..., without user, password or port. */
function isSlackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, host, username, password } = new URL(text);
  return protocol === 'https:' && host === 'hooks.slack.com' && username === '' && password === '';
}
