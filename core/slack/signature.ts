import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Rule } from '../rules.ts';

/** A request as it came in, before anything in it is believed. */
export interface SlackEnvelope {
  /** The body as it was sent, byte for byte. */
  readonly rawBody: string;
  /** `X-Slack-Request-Timestamp` and `X-Slack-Signature`; undefined if they are missing. */
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly now: Date;
}

/** Slack's own limit for what a signature may be old, either way. */
const MOST_SKEW_SECONDS = 300;
/** A click carries the message that it was made in: tens of kilobytes. */
const LONGEST_BODY = 256 * 1024;

/** What is refused before a signature is calculated: the first row that matches decides. */
export const envelopeRules: readonly Rule<SlackEnvelope, 'refuse' | 'check'>[] = [
  {
    id: 'too-large',
    when: ({ rawBody }) => rawBody.length > LONGEST_BODY,
    then: 'refuse',
    why: 'The request is larger than any that Slack sends.',
  },
  {
    id: 'not-signed',
    when: ({ timestamp, signature }) =>
      !/^\d{1,12}$/.test(timestamp ?? '') || !/^v0=[0-9a-f]{64}$/.test(signature ?? ''),
    then: 'refuse',
    why: 'The request is not signed as Slack signs.',
  },
  {
    id: 'skewed',
    when: ({ timestamp, now }) =>
      !(Math.abs(now.getTime() / 1000 - Number(timestamp)) <= MOST_SKEW_SECONDS),
    then: 'refuse',
    why: 'The request is older or newer than five minutes: it may be a repetition.',
  },
  {
    id: 'check-signature',
    when: () => true,
    then: 'check',
    why: 'The request has the form of a signed one.',
  },
];

/** Whether this secret signed the request. Takes as long for a wrong signature as for a right one. */
export function isSignedWith(secret: string, envelope: SlackEnvelope): boolean {
  const { rawBody, timestamp = '', signature = '' } = envelope;
  const signed = createHmac('sha256', secret).update(`v0:${timestamp}:${rawBody}`).digest('hex');
  const expected = Buffer.from(`v0=${signed}`);
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
