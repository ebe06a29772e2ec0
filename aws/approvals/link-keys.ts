import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import { secondsBetween } from '../../core/incident.ts';
import { ask } from '../errors.ts';
import type { Runtime } from '../runtime.ts';

/** A version of the secret that signs links. */
export interface LinkKey {
  /** The version's id in Secrets Manager: the `kid` of what it signs. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** The keys that are valid now. The one before the last rotation verifies, but does not sign. */
interface LinkKeys {
  readonly current: LinkKey;
  readonly previous: LinkKey | undefined;
  readonly readAt: Date;
}

/** So long a reading is used: a rotation is known everywhere a minute later. */
const KEEP_SECONDS = 60;
/** A key that nobody knows may be a new one; strangers must not make us read at every request. */
const LOOK_AGAIN_SECONDS = 5;

const SecretValue = z.object({
  VersionId: z.string().min(1),
  // HMAC-SHA256 wants a key that is no shorter than its digest.
  SecretString: z.string().min(32),
});

const cached = new WeakMap<Runtime, LinkKeys>();

/** The key that signs. @throws if the secret cannot be read or is no key */
export async function signingKey(runtime: Runtime): Promise<LinkKey> {
  return (await keysOf(runtime, KEEP_SECONDS)).current;
}

/**
 * The key of this id, if it is the current one or the one before; undefined for every other.
 * @throws if the secret cannot be read or is no key: that is never an answer about a link
 */
export async function verifyingKey(runtime: Runtime, id: string): Promise<LinkKey | undefined> {
  const find = ({ current, previous }: LinkKeys): LinkKey | undefined =>
    [current, previous].find((key) => key?.id === id);
  const known = find(await keysOf(runtime, KEEP_SECONDS));
  return known ?? find(await keysOf(runtime, LOOK_AGAIN_SECONDS));
}

async function keysOf(runtime: Runtime, keepSeconds: number): Promise<LinkKeys> {
  const known = cached.get(runtime);
  const now = runtime.clock.now();
  const age = known === undefined ? Infinity : secondsBetween(known.readAt, now);
  // A clock that went back makes the age negative: then it says nothing.
  if (known !== undefined && age >= 0 && age < keepSeconds) return known;
  const [current, previous] = await Promise.all([
    readVersion(runtime, 'AWSCURRENT'),
    readPrevious(runtime),
  ]);
  const keys = { current, previous, readAt: now };
  cached.set(runtime, keys);
  return keys;
}

/** A secret that was never rotated has no version before; every other failure is one. */
async function readPrevious(runtime: Runtime): Promise<LinkKey | undefined> {
  try {
    return await readVersion(runtime, 'AWSPREVIOUS');
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function readVersion(runtime: Runtime, stage: string): Promise<LinkKey> {
  const { linkSecret, region } = runtime.environment;
  if (linkSecret === undefined) {
    throw new InvalidInputError('LINK_SECRET is not set: deploy the stack again.');
  }
  const client = runtime.client(SecretsManagerClient, region);
  const command = new GetSecretValueCommand({ SecretId: linkSecret, VersionStage: stage });
  const answer = await ask(`Reading ${stage} of the link secret`, () => client.send(command));
  const parsed = SecretValue.safeParse(answer);
  // The message must not quote what was read.
  if (!parsed.success) throw new InvalidInputError(`${stage} of the link secret is no key.`);
  const { VersionId, SecretString } = parsed.data;
  return { id: VersionId, bytes: new TextEncoder().encode(SecretString) };
}
