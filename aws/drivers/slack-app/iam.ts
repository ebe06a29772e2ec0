import type { DriverIam } from '../driver.ts';
import { readingSecret } from '../secret.ts';
import type { SlackApp } from './schema.ts';

/** Reading the token. The signing secret is for whoever takes the clicks. */
export const slackAppIam: DriverIam<SlackApp> = {
  read: () => [],
  change: ({ tokenParameter }, { regions }) => [readingSecret(tokenParameter, regions.standby)],
};
