import * as z from 'zod';
import { ChannelUse, SecretParameter } from '../../../core/plan/channels.ts';
import { matching, Name } from '../../../core/plan/fields.ts';

/** A Slack app with a bot token: one message an incident, kept up to date, with its thread. */
export const SlackApp = z.strictObject({
  kind: z.literal('slackApp'),
  id: Name,
  use: ChannelUse,
  /** The app must be a member of it. The id is at the end of its link: names change. */
  channel: matching(/^[CG][A-Z0-9]{2,20}$/, 'the id of a Slack channel such as C012AB3CD'),
  /** Holds the bot token, `xoxb-...`. */
  tokenParameter: SecretParameter,
  /** Holds the app's signing secret; two, with a space between, while it is exchanged. */
  signingSecretParameter: SecretParameter,
  /** Whether the thread tells each phase that an incident passes. */
  phases: z.boolean().default(true),
});
export type SlackApp = z.infer<typeof SlackApp>;
