import * as z from 'zod';
import { matching, Name } from '../../../core/plan/fields.ts';

/** Posts to a Slack incoming webhook. The URL is a secret: it is read from Parameter Store. */
export const SlackWebhook = z.strictObject({
  kind: z.literal('slackWebhook'),
  id: Name,
  /** Name of a SecureString parameter in the standby Region that holds the webhook's URL. */
  urlParameter: matching(
    /^\/[A-Za-z0-9/_.-]+$/,
    'a parameter name such as /failover/shop/slack-webhook',
  ),
});
export type SlackWebhook = z.infer<typeof SlackWebhook>;
