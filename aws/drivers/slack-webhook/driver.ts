import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { HttpsUrl } from '../../../core/plan/fields.ts';
import { NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { NetworkError } from '../../../core/network.ts';
import type { HttpsAnswer } from '../../../core/network.ts';
import { ask } from '../../errors.ts';
import type { DriverContext, NotificationDriver } from '../driver.ts';
import type { SlackWebhook } from './schema.ts';

/** Slack cuts a text at 40,000 characters; escaping may make one character five. */
const longestText = 8000;

/**
 * Posts to an incoming webhook. Whoever knows the URL may post, so that it is read at the time of
 * use and never appears in an error: not in the message and not as a cause.
 * Slack does not deduplicate: repeating a send repeats the message.
 */
export const slackWebhook: NotificationDriver<SlackWebhook> = {
  async send(config, message, context) {
    const url = await readUrl(config, context);
    const text = `*${escape(message.subject)}*\n${escape(message.body.slice(0, longestText))}`;
    const answer = await post(url, JSON.stringify({ text }), context);
    if (answer.status >= 200 && answer.status <= 299) return;
    const refused = `Slack refused the message: ${answer.status} ${wordOf(answer.body)}.`;
    const passing = answer.status === 429 || answer.status >= 500;
    throw passing ? new UnreachableError(refused) : new NotReadyError(refused);
  },

  refresh: () => Promise.resolve(),

  findProblems: () => Promise.resolve([]),
};

async function readUrl(
  { urlParameter }: SlackWebhook,
  { plan, runtime }: DriverContext,
): Promise<string> {
  const client = runtime.client(SSMClient, plan.regions.standby);
  const command = new GetParameterCommand({ Name: urlParameter, WithDecryption: true });
  const answer = await ask('GetParameter', () => client.send(command));
  const url = HttpsUrl.safeParse(answer.Parameter?.Value);
  if (url.success) return url.data;
  throw new NotReadyError(`The parameter ${urlParameter} does not hold an https URL.`);
}

async function post(url: string, body: string, { runtime }: DriverContext): Promise<HttpsAnswer> {
  try {
    return await runtime.network.https({
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body,
      connectTimeoutMilliseconds: 3000,
      readTimeoutMilliseconds: 5000,
    });
  } catch (error) {
    const code = error instanceof NetworkError ? error.code : 'an unexpected error';
    // No cause: it may hold the URL, which is a secret.
    throw new UnreachableError(`Slack could not be reached: ${code}.`);
  }
}

/** Slack explains itself in one word such as `invalid_token`; anything else may hold the URL. */
function wordOf(body: string): string {
  return /^[a-z_]{1,40}$/.test(body) ? body : '(no reason)';
}

/** The three characters that Slack's mrkdwn gives a meaning to, `&` first. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
