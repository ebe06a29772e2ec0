import * as z from 'zod';
import { describeError } from '../../core/errors.ts';
import { logEvents } from '../../core/log-events.ts';
import { decide } from '../../core/rules.ts';
import type { SlackClick } from '../../core/slack/press.ts';
import { pressRules, readSlackRequest } from '../../core/slack/press.ts';
import { envelopeRules, isSignedWith } from '../../core/slack/signature.ts';
import type { SlackEnvelope } from '../../core/slack/signature.ts';
import { Plan } from '../plan.ts';
import type { Runtime } from '../runtime.ts';
import { castVote } from './cast-vote.ts';
import { recordRefusedAttempt } from './refused-attempts.ts';
import { readRequest } from './request-store.ts';
import { readSigningSecrets } from './signing-secrets.ts';
import { storeReply } from './slack-replies.ts';

/** A request from the internet that says it comes from Slack. */
export interface SlackActionRequest {
  /** The body as it was sent, byte for byte: the signature is over it. */
  readonly rawBody: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The caller's address, as far as it is known. */
  readonly address: string | null;
}

/** What is answered. Slack shows nothing of it to anybody. */
export interface SlackActionAnswer {
  readonly status: 200 | 400 | 401 | 413 | 503;
  readonly body: string;
}

const KEPT_SECONDS = 60;
const REREAD_SECONDS = 5;

const taken: SlackActionAnswer = { status: 200, body: '' };

/**
 * Takes a click in Slack: checks the signature, and counts it as a vote if it belongs to the
 * question that is asked now. What the clicker must know is left in the table for the stream to
 * deliver. Safe to repeat: a vote counts once.
 */
export async function answerSlackAction(
  runtime: Runtime,
  request: SlackActionRequest,
): Promise<SlackActionAnswer> {
  const { rawBody, headers } = request;
  const envelope: SlackEnvelope = {
    rawBody,
    timestamp: headers['x-slack-request-timestamp'],
    signature: headers['x-slack-signature'],
    now: runtime.clock.now(),
  };
  const refuse = (status: SlackActionAnswer['status'], ruleId: string, why: string) => {
    const details = { ruleId, why, address: request.address };
    runtime.log.info(logEvents.slackActionRefused, details);
    return { status, body: `${why}\n` };
  };
  const { outcome, ruleId, why } = decide(envelopeRules, envelope);
  if (outcome === 'refuse') return refuse(ruleId === 'too-large' ? 413 : 401, ruleId, why);
  // A secret that was exchanged counts at once; whoever guesses makes nobody read more often.
  const kept = await findSigners(runtime, envelope, KEPT_SECONDS);
  const { signedPlans, unreadable } =
    kept.signedPlans.length > 0 ? kept : await findSigners(runtime, envelope, REREAD_SECONDS);
  if (signedPlans.length === 0) {
    return unreadable
      ? refuse(503, 'secret-unreadable', 'A signing secret cannot be read. Try again.')
      : refuse(401, 'unknown-signature', 'No Slack app of a plan signed this.');
  }
  const asked = readSlackRequest(rawBody);
  if (asked.kind === 'malformed') return refuse(400, 'malformed', asked.why);
  if (asked.kind === 'ignored') {
    runtime.log.info(logEvents.slackActionIgnored, { why: asked.why });
    return taken;
  }
  await vote(runtime, asked.click, signedPlans, request);
  return taken;
}

/** The plans one of whose channels signed it; and whether a secret could not be read. */
async function findSigners(
  runtime: Runtime,
  envelope: SlackEnvelope,
  maxAgeSeconds: number,
): Promise<{ readonly signedPlans: readonly string[]; readonly unreadable: boolean }> {
  const plans = z.array(Plan).parse(await runtime.loadPlans());
  const holders = plans.flatMap(({ name, notifications }) =>
    notifications.flatMap((channel) =>
      'signingSecretParameter' in channel && channel.signingSecretParameter !== undefined
        ? [{ plan: name, parameter: channel.signingSecretParameter }]
        : [],
    ),
  );
  const parameters = [...new Set(holders.map(({ parameter }) => parameter))];
  let unreadable = false;
  const signing = await Promise.all(
    parameters.map(async (parameter) => {
      try {
        const secrets = await readSigningSecrets(runtime, parameter, maxAgeSeconds);
        return secrets.some((secret) => isSignedWith(secret, envelope)) ? [parameter] : [];
      } catch (error) {
        unreadable = true;
        const problem = describeError(error);
        runtime.log.error(logEvents.slackSecretUnreadable, { parameter, problem });
        return [];
      }
    }),
  );
  const signers = new Set(signing.flat());
  const signedPlans = holders.filter(({ parameter }) => signers.has(parameter));
  return { signedPlans: signedPlans.map(({ plan }) => plan), unreadable };
}

async function vote(
  runtime: Runtime,
  { userId, responseUrl, press }: SlackClick,
  signedPlans: readonly string[],
  { address, headers }: SlackActionRequest,
): Promise<void> {
  const { incidentId, decision, digest } = press;
  const agent = headers['user-agent']?.slice(0, 300) ?? null;
  const origin = { channel: 'slack', identity: userId, address, agent } as const;
  const request = await readRequest(runtime, incidentId);
  const { outcome, ruleId, why } = decide(pressRules, { press, request, signedPlans });
  const reply = async (text: string): Promise<void> => {
    if (responseUrl !== undefined) await storeReply(runtime, incidentId, { responseUrl, text });
  };
  if (outcome === 'refuse' || request === undefined) {
    const attempt = { voter: userId, decision, evidenceDigest: digest, origin, ruleId, why };
    await recordRefusedAttempt(runtime, incidentId, attempt);
    await reply(why);
    return;
  }
  const { evidenceDigest } = request;
  const voter = { slack: userId };
  const ballot = { incidentId, voter, decision, reason: '', evidenceDigest, origin };
  const count = await castVote(runtime, ballot);
  await reply(count.why);
}
