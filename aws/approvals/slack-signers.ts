import { describeError } from '../../core/errors.ts';
import { logEvents } from '../../core/log-events.ts';
import { isSignedWith } from '../../core/slack/signature.ts';
import type { SlackEnvelope } from '../../core/slack/signature.ts';
import { Plans } from '../plan.ts';
import type { Runtime } from '../runtime.ts';
import { readSigningSecrets } from './signing-secrets.ts';

const KEPT_SECONDS = 60;
const REREAD_SECONDS = 5;

/** Who signed a request. */
export interface Signers {
  /** The plans one of whose channels did. */
  readonly signedPlans: readonly string[];
  /** Whether a secret could not be read. */
  readonly unreadable: boolean;
}

/**
 * Finds who signed it. A secret that was exchanged counts at once; whoever guesses makes nobody
 * read more often than every five seconds.
 */
export async function findSigners(runtime: Runtime, envelope: SlackEnvelope): Promise<Signers> {
  const kept = await readSigners(runtime, envelope, KEPT_SECONDS);
  if (kept.signedPlans.length > 0) return kept;
  return await readSigners(runtime, envelope, REREAD_SECONDS);
}

async function readSigners(
  runtime: Runtime,
  envelope: SlackEnvelope,
  maxAgeSeconds: number,
): Promise<Signers> {
  const plans = Plans.parse(await runtime.loadPlans());
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
