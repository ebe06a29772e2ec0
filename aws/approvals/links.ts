import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Link, LinkReading, TokenFault } from '../../core/approval/link.ts';
import { InvalidInputError } from '../../core/errors.ts';
import type { Runtime } from '../runtime.ts';
import { readToken, signToken } from './signed-tokens.ts';

/** A page that was open for longer than this must be opened again before it decides. */
const FORM_SECONDS = 3600;

const LinkClaims = z.object({
  incident: z.string(),
  approver: z.string(),
  evidence: z.string(),
  exp: z.int(),
});

/**
 * The address at which one approver decides one question. Whoever holds it is taken for the
 * approver: it goes to nobody else, and into no log.
 * @throws InvalidInputError if the stack has no front door
 */
export async function createLink(runtime: Runtime, link: Link): Promise<string> {
  const { frontDoorUrl } = runtime.environment;
  if (frontDoorUrl === undefined) {
    throw new InvalidInputError('FRONT_DOOR_URL is not set: deploy the stack again.');
  }
  const { incidentId, approver, evidenceDigest, expiresAt } = link;
  const claims = { incident: incidentId, approver, evidence: evidenceDigest };
  const token = await signToken(runtime, 'link', claims, new Date(expiresAt));
  return new URL(pathOf(incidentId, token), frontDoorUrl).href;
}

/** Path and query of a personal link. */
export function pathOf(incidentId: string, token: string): string {
  return `/approvals/${encodeURIComponent(incidentId)}?link=${encodeURIComponent(token)}`;
}

/**
 * Reads a personal link. A good signature vouches for the approver's name, no more: whether that
 * person may decide is asked of the question's own list.
 * @throws if the secret cannot be read
 */
export async function readLink(
  runtime: Runtime,
  incidentId: string,
  token: string | undefined,
): Promise<LinkReading> {
  const reading = await readToken(runtime, 'link', token);
  const claims = LinkClaims.safeParse(reading.claims);
  const link = claims.success ? linkOf(claims.data) : undefined;
  if (!reading.ok) return { ok: false, fault: reading.fault, link };
  if (link === undefined) return { ok: false, fault: 'malformed', link };
  if (link.incidentId !== incidentId) return { ok: false, fault: 'wrongIncident', link };
  return { ok: true, link };
}

function linkOf({ incident, approver, evidence, exp }: z.infer<typeof LinkClaims>): Link {
  const expiresAt = new Date(exp * 1000).toISOString();
  return { incidentId: incident, approver, evidenceDigest: evidence, expiresAt };
}

/**
 * A token for the form on the page of a link. Only a form with it decides: another site can send
 * a form here, but it cannot read this page.
 */
export async function createFormToken(runtime: Runtime, linkToken: string): Promise<string> {
  const expiresAt = new Date(runtime.clock.now().getTime() + FORM_SECONDS * 1000);
  return await signToken(runtime, 'form', { link: fingerprint(linkToken) }, expiresAt);
}

/** What is wrong with a form's token; undefined if it was made for the page of this link. */
export async function faultOfForm(
  runtime: Runtime,
  linkToken: string,
  token: string | undefined,
): Promise<TokenFault | undefined> {
  const reading = await readToken(runtime, 'form', token);
  if (!reading.ok) return reading.fault;
  return reading.claims['link'] === fingerprint(linkToken) ? undefined : 'badSignature';
}

const fingerprint = (token: string): string =>
  createHash('sha256').update(token).digest('base64url');
