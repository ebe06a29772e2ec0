import * as z from 'zod';
import { ChannelUse, SecretParameter } from '../../../core/plan/channels.ts';
import { Name } from '../../../core/plan/fields.ts';

/** Posts to a Slack incoming webhook. The URL is a secret: it is read from Parameter Store. */
export const SlackWebhook = z.strictObject({
  kind: z.literal('slackWebhook'),
  id: Name,
  use: ChannelUse,
  /** Holds the webhook's URL. */
  urlParameter: SecretParameter,
  /** Holds the app's signing secret: with it, questions carry buttons that count. */
  signingSecretParameter: SecretParameter.optional(),
});
export type SlackWebhook = z.infer<typeof SlackWebhook>;
