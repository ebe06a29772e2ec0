import type { DriverIam } from '../driver.ts';
import { readingSecret } from '../secret.ts';
import type { SlackWebhook } from './schema.ts';

/** Reading the URL. The signing secret is for whoever takes the clicks. */
export const slackWebhookIam: DriverIam<SlackWebhook> = {
  read: () => [],
  change: ({ urlParameter }, { regions }) => [readingSecret(urlParameter, regions.standby)],
};
