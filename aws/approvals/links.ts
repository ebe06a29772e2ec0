import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Link, LinkReading, TokenFault } from '../../core/approval/link.ts';
import { NotReadyError } from '../../core/errors.ts';
import type { Runtime } from '../runtime.ts';
import { readToken, signToken } from './signed-token.ts';

const LinkClaims = z.object({
  incident: z.string(),
  approver: z.string(),
  digest: z.string(),
  exp: z.int(),
});
const FormClaims = z.object({ link: z.string() });

/** Longer than anybody thinks about a page, and no longer. */
const FORM_SECONDS = 2 * 60 * 60;

/**
 * The personal link of an approver to the page of a question. Whoever holds it is taken for the
 * approver until `expiresAt`. Let that be later than the question's own end, which moves when it
 * is escalated: the page then still says how it ended, and takes no vote all the same.
 * @throws NotReadyError if the stack has no front door, or its key cannot be read
 */
export async function createLink(runtime: Runtime, link: Link): Promise<string> {
  const { frontDoorUrl } = runtime.environment;
  if (frontDoorUrl === undefined) {
    throw new NotReadyError('FRONT_DOOR_URL is not set: deploy again.');
  }
  const { incidentId: incident, approver, evidenceDigest: digest, expiresAt } = link;
  const token = await signToken(runtime, 'link', { incident, approver, digest }, expiresAt);
  const url = new URL(`/approvals/${encodeURIComponent(incident)}`, frontDoorUrl);
  url.searchParams.set('link', token);
  return url.href;
}

/** Reads the token of a link that was followed to the page of this incident. */
export async function readLink(
  runtime: Runtime,
  incidentId: string,
  token: string | undefined,
): Promise<LinkReading> {
  if (token === undefined || token === '') return { ok: false, fault: 'missing', link: undefined };
  const { fault, claims } = await readToken(runtime, 'link', LinkClaims, token);
  const link = claims && {
    incidentId: claims.incident,
    approver: claims.approver,
    evidenceDigest: claims.digest,
    expiresAt: new Date(claims.exp * 1000).toISOString(),
  };
  if (fault !== undefined || link === undefined) {
    return { ok: false, fault: fault ?? 'malformed', link };
  }
  if (link.incidentId !== incidentId) return { ok: false, fault: 'wrongIncident', link };
  return { ok: true, link };
}

/** The token of a form on the page of this link: no other site can know it. */
export async function createFormToken(runtime: Runtime, linkToken: string): Promise<string> {
  const ends = runtime.clock.now().getTime() + FORM_SECONDS * 1000;
  const claims = { link: fingerprint(linkToken) };
  return await signToken(runtime, 'form', claims, new Date(ends).toISOString());
}

/** What is wrong with the token of a form that came with this link; undefined if nothing is. */
export async function formTokenFault(
  runtime: Runtime,
  linkToken: string,
  formToken: string,
): Promise<TokenFault | undefined> {
  if (formToken === '') return 'missing';
  const { fault, claims } = await readToken(runtime, 'form', FormClaims, formToken);
  if (fault !== undefined) return fault;
  return claims?.link === fingerprint(linkToken) ? undefined : 'badSignature';
}

function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
