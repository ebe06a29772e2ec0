import { createHmac } from 'node:crypto';

/** The signing secret of the lab's one Slack app. */
export const SIGNING_SECRET = 'lab-signing-secret-8f742231b10e8888';

/** A signed request, as Slack posts it when somebody presses a button. */
export interface SlackClickRequest {
  readonly rawBody: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A form as Slack posts it, signed. Another secret or instant makes a forged or an old one. */
export function signSlackRequest(
  form: Readonly<Record<string, string>>,
  at: Date,
  secret = SIGNING_SECRET,
): SlackClickRequest {
  const rawBody = new URLSearchParams(form).toString();
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const base = `v0:${timestamp}:${rawBody}`;
  return {
    rawBody,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${createHmac('sha256', secret).update(base).digest('hex')}`,
    },
  };
}
