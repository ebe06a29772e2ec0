import { describeError, NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { HttpsUrl } from '../../../core/plan/fields.ts';
import { askedInSlack, messageBody } from '../../../core/slack/message.ts';
import type { DriverContext, NotificationDriver } from '../driver.ts';
import { readSecret } from '../secret.ts';
import { postToSlack, slackWord } from '../slack-app/api.ts';
import type { SlackWebhook } from './schema.ts';

/**
 * Posts to an incoming webhook. Whoever knows the URL may post, so that it is read at the time of
 * use and never appears in an error: not in the message and not as a cause. A webhook cannot change
 * what was posted, and Slack does not deduplicate: repeating a send repeats the message.
 */
export const slackWebhook: NotificationDriver<SlackWebhook> = {
  asks: ({ signingSecretParameter }, message) =>
    askedInSlack(message, signingSecretParameter !== undefined),

  async send(config, message, context) {
    const url = await readUrl(config, context);
    const body = JSON.stringify(messageBody(message, config.signingSecretParameter !== undefined));
    const answer = await postToSlack(context.runtime, { url, body });
    if (answer.status >= 200 && answer.status <= 299) return [];
    const refused = `Slack refused the message: ${answer.status} ${slackWord(answer.body)}.`;
    const passing = answer.status === 429 || answer.status >= 500;
    throw passing ? new UnreachableError(refused) : new NotReadyError(refused);
  },

  refresh: () => Promise.resolve(),

  async findProblems(config, context) {
    const { signingSecretParameter: secret } = config;
    const found = await Promise.allSettled([
      readUrl(config, context),
      ...(secret === undefined ? [] : [readSecret(context.runtime, secret)]),
    ]);
    return found.flatMap((each) =>
      each.status === 'rejected' ? [describeError(each.reason)] : [],
    );
  },
};

async function readUrl(
  { urlParameter }: SlackWebhook,
  { runtime }: DriverContext,
): Promise<string> {
  const url = HttpsUrl.safeParse(await readSecret(runtime, urlParameter));
  if (url.success) return url.data;
  throw new NotReadyError(`The parameter ${urlParameter} does not hold an https URL.`);
}
