import * as z from 'zod';
import type { Delivery, World } from './world.ts';

/** Where the plan's Slack webhooks lead. */
export const SLACK_HOST = 'hooks.slack.com';

const SlackMessage = z.object({ text: z.string() });

/** The secrets that the plan names exist, and lead to the lab's own receiver. */
export function seedSecrets(world: World): void {
  for (const channel of world.plan.notifications) {
    if (channel.kind !== 'slackWebhook') continue;
    world.parameters.set(channel.urlParameter, `https://${SLACK_HOST}/services/T0/B0/lab`);
  }
}

/**
 * A post to the webhook as somebody reads it.
 * @throws if the body is not what Slack takes
 */
export function slackDelivery(body: string, at: Date): Delivery {
  const { text } = SlackMessage.parse(JSON.parse(body));
  const [subject = '', ...rest] = text.split('\n');
  // The first line is bold: `*subject*`.
  const plain = subject.replace(/^\*(.*)\*$/, '$1');
  return { at, channel: 'slack', subject: plain, body: rest.join('\n') };
}
