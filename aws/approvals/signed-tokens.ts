import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { TokenFault } from '../../core/approval/link.ts';
import type { Runtime } from '../runtime.ts';
import { signingKey, verifyingKey } from './link-keys.ts';

/** What a token is for. One that was made for one purpose is never taken for the other. */
export type Purpose = 'link' | 'form';

/** What a token came to. `claims` are what a good signature vouches for, even if it expired. */
export type TokenReading =
  | { readonly ok: true; readonly claims: JWTPayload }
  | { readonly ok: false; readonly fault: TokenFault; readonly claims: JWTPayload | undefined };

/** Lambda's clocks are close together; so much they may differ. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** Ours are under a thousand characters. */
const MOST_CHARACTERS = 4096;

/** The media type in the header: the second thing, after the audience, that tells purposes apart. */
const typeOf = (purpose: Purpose): string => `approval-${purpose}+jwt`;

/** Signs claims with the current key, as a compact JWS by HMAC-SHA256. */
export async function signToken(
  runtime: Runtime,
  purpose: Purpose,
  claims: JWTPayload,
  expiresAt: Date,
): Promise<string> {
  const key = await signingKey(runtime);
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: key.id, typ: typeOf(purpose) })
    .setAudience(`approval-${purpose}`)
    .setExpirationTime(Math.floor(expiresAt.getTime() / 1000))
    .sign(key.bytes);
}

/**
 * Verifies a token: its key, signature, algorithm, purpose and time. Whatever is wrong with it is
 * a fault; not being able to verify is an error.
 */
export async function readToken(
  runtime: Runtime,
  purpose: Purpose,
  token: string | undefined,
): Promise<TokenReading> {
  const refuse = (fault: TokenFault, claims?: JWTPayload): TokenReading => {
    return { ok: false, fault, claims };
  };
  if (token === undefined || token === '') return refuse('missing');
  if (token.length > MOST_CHARACTERS) return refuse('malformed');
  const keyOf: JWTVerifyGetKey = async ({ kid }) => {
    const key = kid === undefined ? undefined : await verifyingKey(runtime, kid);
    if (key === undefined) throw new errors.JWSSignatureVerificationFailed();
    return key.bytes;
  };
  try {
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms: ['HS256'],
      typ: typeOf(purpose),
      audience: `approval-${purpose}`,
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: runtime.clock.now(),
    });
    return { ok: true, claims: payload };
  } catch (error) {
    // Signature, type and audience are checked before the time is.
    if (error instanceof errors.JWTExpired) return refuse('expired', error.payload);
    if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
      return refuse('malformed');
    }
    if (error instanceof errors.JOSEError) return refuse('badSignature');
    throw error;
  }
}
