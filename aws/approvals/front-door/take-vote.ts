import type { AttemptFacts, AttemptOutcome } from '../../../core/approval/attempt.ts';
import { attemptRules, MOST_BODY_BYTES } from '../../../core/approval/attempt.ts';
import { linkFaults } from '../../../core/approval/link.ts';
import type { Origin } from '../../../core/approval/request.ts';
import { decide } from '../../../core/rules.ts';
import type { Runtime } from '../../runtime.ts';
import { castVote } from '../cast-vote.ts';
import { formTokenFault, readLink } from '../links.ts';
import { recordRefusedAttempt } from '../refused-attempts.ts';
import { readRequest } from '../request-store.ts';
import type { Visitor } from './function-url.ts';
import type { Page } from './plain-pages.ts';
import { elsewhere, plain } from './plain-pages.ts';
import { readForm } from './read-form.ts';
import { showQuestion } from './show-question.ts';

/** A form that was sent to the address of a link. */
export interface Attempt {
  readonly incidentId: string;
  /** The token of the link in the address. */
  readonly token: string;
  /** Path and query of the link. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly visitor: Visitor;
}

/**
 * Counts the vote of a form, or refuses it. What is refused is kept: who tried, from where, why.
 * @returns a page for the person, or null if the vote counts: then the link shows what it did
 */
export async function takeVote(runtime: Runtime, attempt: Attempt): Promise<Page | null> {
  const { incidentId, token, body, visitor } = attempt;
  const reading = await readLink(runtime, incidentId, token);
  // A body that is too large is not looked at.
  const form = body.byteLength > MOST_BODY_BYTES ? undefined : readForm(body);
  const tokenFault = form && (await formTokenFault(runtime, token, form.token));
  const facts = { ...factsOf(attempt), reading, form, tokenFault };
  const { outcome, ruleId, why } = decide(attemptRules, facts);
  const { link } = reading;
  const origin = originOf(visitor);
  const decision = decisionOf(form?.decision);
  if (outcome !== 'vote' || link === undefined || decision === null) {
    const evidenceDigest = link?.evidenceDigest ?? null;
    const voter = link?.approver ?? null;
    const refused = { voter, decision, evidenceDigest, origin, ruleId, why };
    await recordRefusedAttempt(runtime, incidentId, refused);
    const cause = reading.ok ? why : linkFaults[reading.fault];
    const path = reading.ok ? attempt.path : undefined;
    const lines = ['Nothing was decided.', cause, ...(reading.ok ? [] : [elsewhere])];
    return await plain(statuses[outcome], 'Your vote was not counted', lines, path);
  }
  const { outcome: count, why: because } = await castVote(runtime, {
    incidentId,
    voter: { name: link.approver },
    decision,
    reason: form?.reason ?? '',
    evidenceDigest: link.evidenceDigest,
    origin: { ...origin, identity: await mailOf(runtime, incidentId, link.approver) },
  });
  return count === 'refused' ? await showQuestion(runtime, incidentId, token, because) : null;
}

const statuses: Readonly<Record<AttemptOutcome, Page['status']>> = {
  tooLarge: 413,
  wrongType: 415,
  malformed: 400,
  forbidden: 403,
  gone: 410,
  incomplete: 422,
  vote: 500,
};

function factsOf({
  headers,
  body,
  visitor,
}: Attempt): Omit<AttemptFacts, 'form' | 'reading' | 'tokenFault'> {
  const [mediaType] = headers.get('content-type')?.split(';') ?? [];
  const origin = headers.get('origin');
  return {
    bodyBytes: body.byteLength,
    mediaType: mediaType?.trim().toLowerCase() ?? null,
    fetchSite: headers.get('sec-fetch-site'),
    originHost: origin === null || origin === 'null' ? null : hostOf(origin),
    ownHost: visitor.ownHost,
  };
}

/** The host of an origin; what is no URL is a host that is not ours. */
const hostOf = (origin: string): string =>
  URL.canParse(origin) ? new URL(origin).host : 'no origin';

/** The channel proves a link that was sent by mail; nothing proves the address it came from. */
function originOf({ address, agent }: Visitor): Origin {
  return {
    channel: 'page',
    identity: null,
    address: address.slice(0, 100),
    agent: agent?.slice(0, 300) ?? null,
  };
}

/** The address that the link of this approver was sent to; null if there is none. */
async function mailOf(runtime: Runtime, incidentId: string, name: string): Promise<string | null> {
  const request = await readRequest(runtime, incidentId);
  return request?.approvers.find((approver) => approver.name === name)?.mail ?? null;
}

function decisionOf(word: string | undefined): 'approved' | 'rejected' | null {
  return word === 'approved' || word === 'rejected' ? word : null;
}
