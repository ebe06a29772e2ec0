import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import { secondsBetween } from '../../core/incident.ts';
import { ask, isFault } from '../errors.ts';
import type { Runtime } from '../runtime.ts';

/** A key and the name by which a token says that it was signed with it. */
export interface LinkKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** The key that signs, and every key whose signatures are good: the current and the one before. */
export interface LinkKeys {
  readonly current: LinkKey;
  readonly accepted: readonly LinkKey[];
}

/** So long a read secret is used before it is read again. */
const KEPT_SECONDS = 60;
/** A token with a key that nobody knows makes us read again, but not more often than this. */
const REREAD_SECONDS = 5;

interface Kept {
  readonly keys: LinkKeys;
  readonly readAt: Date;
}
const kept = new WeakMap<Runtime, Kept>();

/**
 * The keys of personal links. After a rotation the previous version is still accepted, until the
 * next one: links that were sent a minute before stay good.
 * @param wanted id of a key that must be among them, if it exists: one that another function just
 *   began to sign with is found, although what is kept is older
 * @throws NotReadyError if the secret holds no key, UnreachableError if it cannot be read
 */
export async function readLinkKeys(runtime: Runtime, wanted?: string): Promise<LinkKeys> {
  const known = kept.get(runtime);
  const now = runtime.clock.now();
  if (known !== undefined) {
    const isThere = wanted === undefined || known.keys.accepted.some(({ id }) => id === wanted);
    const age = Math.abs(secondsBetween(known.readAt, now));
    if (age < (isThere ? KEPT_SECONDS : REREAD_SECONDS)) return known.keys;
  }
  const [current, previous] = await Promise.all([
    readVersion(runtime, 'AWSCURRENT'),
    readVersion(runtime, 'AWSPREVIOUS'),
  ]);
  if (current === undefined) throw new NotReadyError('The secret of the links has no version.');
  const keys = { current, accepted: previous === undefined ? [current] : [current, previous] };
  kept.set(runtime, { keys, readAt: now });
  return keys;
}

const Version = z.object({ VersionId: z.string().min(1), SecretString: z.string().min(32) });

/** One version of the secret; undefined only if the service says that there is none. */
async function readVersion(runtime: Runtime, stage: string): Promise<LinkKey | undefined> {
  const { linkSecret, region } = runtime.environment;
  if (linkSecret === undefined) throw new NotReadyError('LINK_SECRET is not set: deploy again.');
  const client = runtime.client(SecretsManagerClient, region);
  const command = new GetSecretValueCommand({ SecretId: linkSecret, VersionStage: stage });
  try {
    const answer = await ask('GetSecretValue', () => client.send(command));
    const version = Version.safeParse(answer);
    if (!version.success) {
      // What was found is not repeated: it is the secret.
      throw new NotReadyError(`The ${stage} version of the links' secret is no key of 32 bytes.`);
    }
    const { VersionId, SecretString } = version.data;
    return { id: VersionId, bytes: new TextEncoder().encode(SecretString) };
  } catch (error) {
    // Before the first rotation there is no previous version; a secret always has a current one.
    if (stage !== 'AWSCURRENT' && isFault(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}
