import type { Rule } from '../rules.ts';
import { approvers } from './count.ts';
import type { LinkReading } from './link.ts';
import type { ShownRequest } from './request.ts';

/** What is known when somebody opens a link. */
export interface PageFacts {
  readonly reading: LinkReading;
  /** The question of the link's incident as it is now; undefined if there is none. */
  readonly request: ShownRequest | undefined;
  /** ISO 8601. */
  readonly now: string;
}

/** What the page is about. Only `pending` and `partlyApproved` take a decision. */
export type PageState =
  | 'brokenLink'
  | 'notYours'
  | 'superseded'
  | 'approved'
  | 'rejected'
  | 'expired'
  | 'partlyApproved'
  | 'pending';

/** What somebody sees: the first row that matches decides. Nothing is shown on a broken link. */
export const pageRules: readonly Rule<PageFacts, PageState>[] = [
  {
    id: 'broken-link',
    when: ({ reading }) => !reading.ok,
    then: 'brokenLink',
    why: 'The link proves nothing, and whoever holds it learns nothing.',
  },
  {
    id: 'nothing-asked',
    when: ({ request }) => request === undefined,
    then: 'brokenLink',
    why: 'The incident asks nothing.',
  },
  {
    id: 'not-yours',
    when: ({ reading, request }) =>
      request?.approvers.some(({ name }) => reading.ok && name === reading.link.approver) !== true,
    then: 'notYours',
    why: 'The person of the link is not on the list of those who may decide this.',
  },
  {
    id: 'superseded',
    when: ({ reading, request }) => reading.link?.evidenceDigest !== request?.evidenceDigest,
    then: 'superseded',
    why: 'The evidence has changed since this was asked.',
  },
  {
    id: 'approved',
    when: ({ request }) => request?.decision?.decision === 'approved',
    then: 'approved',
    why: 'Enough people said yes.',
  },
  {
    id: 'rejected',
    when: ({ request }) => request?.decision?.decision === 'rejected',
    then: 'rejected',
    why: 'Somebody said no, and one no is enough.',
  },
  {
    id: 'expired',
    when: ({ request, now }) =>
      request === undefined || request.decision !== undefined || !(now < request.expiresAt),
    then: 'expired',
    why: 'Nobody decided in time.',
  },
  {
    id: 'partly-approved',
    when: ({ request }) => request !== undefined && approvers(request).length > 0,
    then: 'partlyApproved',
    why: 'Somebody said yes, and more people must.',
  },
  {
    id: 'pending',
    when: () => true,
    then: 'pending',
    why: 'Nobody has said anything yet.',
  },
];
