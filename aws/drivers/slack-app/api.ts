import * as z from 'zod';
import { NotReadyError, UnreachableError } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import { NetworkError } from '../../../core/network.ts';
import type { HttpsAnswer } from '../../../core/network.ts';
import type { Runtime } from '../../runtime.ts';

/** The methods of Slack's Web API that are called; `chat:write` covers them all. */
export type SlackMethod = 'auth.test' | 'chat.postMessage' | 'chat.update';

/** Slack answers 200 also when it refuses; other fields are ignored. */
const Answer = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  ts: z.string().optional(),
});

/** What goes by again. The call may have had its effect, except where Slack says `ratelimited`. */
const passing = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

/** What somebody has to do about the refusals that a set-up meets. */
const help: Readonly<Record<string, string>> = {
  not_in_channel: 'Invite the app: /invite in the channel.',
  channel_not_found: 'Correct the channel id in the plan; invite the app to a private channel.',
  is_archived: 'Unarchive the channel, or name another one in the plan.',
  invalid_auth: 'Put the bot token (xoxb-...) into the parameter again.',
  not_authed: 'Put the bot token (xoxb-...) into the parameter again.',
  token_revoked: 'Install the app again, and put its new bot token into the parameter.',
  token_expired: 'Turn token rotation off for the app, and put its bot token into the parameter.',
  account_inactive: 'Install the app again, and put its new bot token into the parameter.',
  missing_scope: 'Give the app the scope chat:write, and install it again.',
};

/**
 * Calls a method of the Web API. Neither the token nor what was sent is in any error.
 * @throws UnreachableError if it may pass
 * @throws NotReadyError if Slack refuses, with what to do
 */
export async function callSlack(
  runtime: Runtime,
  token: string,
  method: SlackMethod,
  parameters: Readonly<Record<string, Json>>,
): Promise<{ readonly ts: string | undefined }> {
  const answer = await postToSlack(runtime, {
    url: `https://slack.com/api/${method}`,
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(parameters),
  });
  if (answer.status === 429 || answer.status >= 500) {
    throw new UnreachableError(`Slack ${method}: ${answer.status}. Try again in a minute.`);
  }
  const parsed = Answer.safeParse(readJson(answer.body));
  if (!parsed.success) throw new UnreachableError(`Slack ${method}: an answer that is none.`);
  const { ok, error = 'unknown_error', ts } = parsed.data;
  if (ok) return { ts };
  const word = slackWord(error);
  if (passing.has(word)) throw new UnreachableError(`Slack ${method}: ${word}.`);
  const advice = Object.hasOwn(help, word) ? ` ${help[word] ?? ''}` : '';
  throw new NotReadyError(`Slack ${method}: ${word}.${advice}`);
}

/** Posts JSON. @throws UnreachableError without the URL, which may be a secret */
export async function postToSlack(
  { network }: Pick<Runtime, 'network'>,
  request: {
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: string;
  },
): Promise<HttpsAnswer> {
  try {
    return await network.https({
      url: request.url,
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...request.headers },
      body: request.body,
      connectTimeoutMilliseconds: 3000,
      readTimeoutMilliseconds: 5000,
    });
  } catch (error) {
    const code = error instanceof NetworkError ? error.code : 'an unexpected error';
    // No cause: it may hold the URL or the token.
    throw new UnreachableError(`Slack could not be reached: ${code}.`);
  }
}

/** Slack explains itself in one word such as `invalid_token`; anything else may hold a secret. */
export function slackWord(text: string): string {
  return /^[a-z_]{1,40}$/.test(text) ? text : '(no reason)';
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
