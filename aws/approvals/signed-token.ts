import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import type { TokenFault } from '../../core/approval/link.ts';
import type { Runtime } from '../runtime.ts';
import { readLinkKeys } from './link-keys.ts';

/** What a token is for. One kind is never taken for another: type and audience differ. */
export type TokenKind = 'link' | 'form';

const headers = {
  link: { typ: 'failover-link+jwt', audience: 'approval-link' },
  form: { typ: 'failover-form+jwt', audience: 'approval-form' },
} as const;

const Header = z.object({ kid: z.string() });
const ALGORITHM = 'HS256';
/** Longer than any token of ours; what is longer is not even decoded. */
const MOST_CHARACTERS = 2048;
/** The clocks of two Lambda functions may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** Signs claims with the current key. The token says which key it was. */
export async function signToken(
  runtime: Runtime,
  kind: TokenKind,
  claims: Readonly<Record<string, string>>,
  expiresAt: string,
): Promise<string> {
  const { current } = await readLinkKeys(runtime);
  const { typ, audience } = headers[kind];
  return await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: ALGORITHM, typ, kid: current.id })
    .setAudience(audience)
    .setExpirationTime(new Date(expiresAt))
    .sign(current.bytes);
}

/** Claims that a good signature vouches for, and why they do not count all the same. */
export interface TokenReading<Claims> {
  readonly fault: TokenFault | undefined;
  readonly claims: Claims | undefined;
}

/**
 * Verifies a token of one kind. Only HS256, only our type and audience, only a key of ours; the
 * end is forgiven for half a minute, because clocks differ.
 * @throws if the keys cannot be read: a token is never good because nobody could look
 */
export async function readToken<Claims>(
  runtime: Runtime,
  kind: TokenKind,
  schema: z.ZodType<Claims>,
  token: string,
): Promise<TokenReading<Claims>> {
  const keyId = keyIdOf(token);
  if (keyId === undefined) return { fault: 'malformed', claims: undefined };
  const { accepted } = await readLinkKeys(runtime, keyId);
  const key = accepted.find(({ id }) => id === keyId);
  if (key === undefined) return { fault: 'badSignature', claims: undefined };
  const { typ, audience } = headers[kind];
  try {
    const { payload } = await jwtVerify(token, key.bytes, {
      algorithms: [ALGORITHM],
      typ,
      audience,
      requiredClaims: ['exp'],
      currentDate: runtime.clock.now(),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return known(schema, payload, undefined);
  } catch (error) {
    // The end is looked at last: whose link it was is proved.
    if (error instanceof errors.JWTExpired) return known(schema, error.payload, 'expired');
    const isBroken = error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid;
    if (error instanceof errors.JOSEError) {
      return { fault: isBroken ? 'malformed' : 'badSignature', claims: undefined };
    }
    throw error;
  }
}

function known<Claims>(
  schema: z.ZodType<Claims>,
  payload: unknown,
  fault: TokenFault | undefined,
): TokenReading<Claims> {
  const claims = schema.safeParse(payload);
  return claims.success
    ? { fault, claims: claims.data }
    : { fault: 'malformed', claims: undefined };
}

/** The key that a token names; undefined if it is no token of the compact form. */
function keyIdOf(token: string): string | undefined {
  if (token.length > MOST_CHARACTERS || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return undefined;
  try {
    return Header.safeParse(decodeProtectedHeader(token)).data?.kid;
  } catch {
    return undefined;
  }
}
