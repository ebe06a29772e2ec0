import { secondsBetween } from '../../core/incident.ts';
import { readSecret } from '../drivers/secret.ts';
import type { Runtime } from '../runtime.ts';

interface Kept {
  readonly secrets: readonly string[];
  readonly readAt: Date;
}
const kept = new WeakMap<Runtime, Map<string, Kept>>();

/**
 * The signing secrets in a parameter: one, or two with white space between while one is exchanged
 * for the other. Read again only after `maxAgeSeconds`: whoever floods the front door must not use
 * up the account's calls of Parameter Store, which the kill switch needs.
 * @throws if it cannot be read and nothing younger is kept
 */
export async function readSigningSecrets(
  runtime: Runtime,
  parameter: string,
  maxAgeSeconds: number,
): Promise<readonly string[]> {
  const now = runtime.clock.now();
  const mine = kept.get(runtime) ?? new Map<string, Kept>();
  kept.set(runtime, mine);
  const known = mine.get(parameter);
  if (known !== undefined && Math.abs(secondsBetween(known.readAt, now)) < maxAgeSeconds) {
    return known.secrets;
  }
  const secrets = (await readSecret(runtime, parameter)).split(/\s+/);
  mine.set(parameter, { secrets, readAt: now });
  return secrets;
}
