import type { Rule } from '../rules.ts';
import type { LinkReading, TokenFault } from './link.ts';
import { MOST_REASON_CHARACTERS } from './request.ts';

/** The longest body that is looked at, in bytes: no form of ours is longer. */
export const MOST_BODY_BYTES = 16_384;

/** The longest reason that the page lets be typed: encoded, it fits into a body in any script. */
export const MOST_TYPED_CHARACTERS = 1200;

/** The fields of the form, each of them once. */
export interface Form {
  readonly token: string;
  readonly decision: string;
  /** `yes` if the box under the consequences was ticked. */
  readonly acknowledged: string | undefined;
  readonly reason: string;
}

/** What is known of a form that was sent. */
export interface AttemptFacts {
  readonly bodyBytes: number;
  /** The body's media type in lower case, without parameters; null if it is not told. */
  readonly mediaType: string | null;
  /** `Sec-Fetch-Site` and the host in `Origin`; null where the browser does not tell. */
  readonly fetchSite: string | null;
  readonly originHost: string | null;
  readonly ownHost: string;
  readonly reading: LinkReading;
  /** The form; undefined if the body is none. */
  readonly form: Form | undefined;
  /** What is wrong with the form's own token; undefined if nothing is. */
  readonly tokenFault: TokenFault | undefined;
}

/** What is answered. `gone` and the others refuse; only `vote` lets the vote be counted. */
export type AttemptOutcome =
  'tooLarge' | 'wrongType' | 'malformed' | 'forbidden' | 'gone' | 'incomplete' | 'vote';

/** Whether a form that was sent becomes a vote: the first row that matches decides. */
export const attemptRules: readonly Rule<AttemptFacts, AttemptOutcome>[] = [
  {
    id: 'body-too-large',
    when: ({ bodyBytes }) => bodyBytes > MOST_BODY_BYTES,
    then: 'tooLarge',
    why: 'The form is larger than any form of this page.',
  },
  {
    id: 'foreign-site',
    when: ({ fetchSite }) => fetchSite !== null && fetchSite !== 'same-origin',
    then: 'forbidden',
    why: 'The form was sent from another site.',
  },
  {
    id: 'foreign-origin',
    when: ({ originHost, ownHost }) => originHost !== null && originHost !== ownHost,
    then: 'forbidden',
    why: 'The form was sent from another origin.',
  },
  {
    id: 'link-expired',
    when: ({ reading }) => !reading.ok && reading.fault === 'expired',
    then: 'gone',
    why: 'The link has expired.',
  },
  {
    id: 'link-broken',
    when: ({ reading }) => !reading.ok,
    then: 'forbidden',
    why: 'The link is not valid.',
  },
  {
    id: 'not-a-form',
    when: ({ mediaType }) => mediaType !== 'application/x-www-form-urlencoded',
    then: 'wrongType',
    why: 'What was sent is not a form of this page.',
  },
  {
    id: 'form-malformed',
    when: ({ form }) => form === undefined,
    then: 'malformed',
    why: 'The form cannot be read, or is not one of this page.',
  },
  {
    id: 'form-stale',
    when: ({ tokenFault }) => tokenFault === 'expired',
    then: 'gone',
    why: 'The page was open for too long. Open the link again and decide there.',
  },
  {
    id: 'form-forged',
    when: ({ tokenFault }) => tokenFault !== undefined,
    then: 'forbidden',
    why: 'The form does not come from the page of this link.',
  },
  {
    id: 'no-decision',
    when: ({ form }) => form?.decision !== 'approved' && form?.decision !== 'rejected',
    then: 'malformed',
    why: 'The form holds no decision.',
  },
  {
    id: 'not-acknowledged',
    when: ({ form }) => form?.decision === 'approved' && form.acknowledged !== 'yes',
    then: 'incomplete',
    why: 'An approval counts only with the box ticked that accepts what may be lost.',
  },
  {
    id: 'reason-too-long',
    when: ({ form }) => form === undefined || form.reason.length > MOST_REASON_CHARACTERS,
    then: 'incomplete',
    why: 'The reason is longer than 2,000 characters.',
  },
  {
    id: 'sound',
    when: () => true,
    then: 'vote',
    why: 'The form was sent from the page of a valid link.',
  },
];
