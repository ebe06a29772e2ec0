import { html } from 'hono/html';
import type { CardPhase } from '../../incident-card.ts';
import { approvers } from '../count.ts';
import type { PageState } from '../page-state.ts';
import type { ShownRequest } from '../request.ts';
import { background, evidence } from './evidence.ts';
import { forms } from './forms.ts';
import { headline } from './headline.ts';
import { document } from './layout.ts';
import { people, since } from './people.ts';
import type { Markup } from './text.ts';
import { fullInstant, says } from './text.ts';

/** The states in which the question itself is shown. */
export type ShownState = Exclude<PageState, 'brokenLink' | 'notYours' | 'superseded'>;

/** What the page of a question is made of. */
export interface ApprovalView {
  readonly state: ShownState;
  readonly request: ShownRequest;
  /** The approver's name whose link it is. */
  readonly you: string;
  /** ISO 8601. */
  readonly now: string;
  /** What the incident went through; empty if that is not known. */
  readonly phases: readonly CardPhase[];
  /** The token of the forms. */
  readonly token: string;
  /** Why the vote that was just sent does not count; undefined if none was, or if it does. */
  readonly refusedBecause?: string;
}

const tones = {
  pending: 'ask',
  partlyApproved: 'ask',
  approved: 'good',
  rejected: 'bad',
  expired: 'quiet',
} as const;

/** The page of a question, open or decided, for one approver. Whoever asks gets a new one. */
export async function approvalPage(view: ApprovalView): Promise<string> {
  const { state, request, you, now, phases, token, refusedBecause } = view;
  const { brief, incidentId } = request;
  const isOpen = state === 'pending' || state === 'partlyApproved';
  const mayApprove = !approvers(request).includes(you);
  const { title, state: banner } = headline(view);
  return await document({
    title: `${title} - ${brief.service}`,
    tone: tones[state],
    ...(isOpen ? { skipTo: 'decide' } : {}),
    body: html`<header class="top">
        <p>
          <strong>${says(brief.service)}</strong> ${says(brief.primary)} → ${says(brief.standby)}
        </p>
      </header>
      <main>
        ${notice(refusedBecause)} ${banner}
        ${isOpen ? '' : since(phases, request.decision?.decidedAt ?? request.expiresAt, now)}
        ${evidence(brief)} ${isOpen ? forms({ brief, token, mayApprove }) : ''}
        ${people(request, you, now)} ${background(brief)}
      </main>
      <footer class="foot">
        <p>
          Incident ${says(incidentId)}, evidence
          <code>${request.evidenceDigest.slice(0, 12)}</code>. As of ${fullInstant(now)}; reload for
          what is newer.
        </p>
        <p>This page is yours alone: whoever has its address can decide in your name.</p>
      </footer>`,
  });
}

function notice(refusedBecause: string | undefined): Markup {
  if (refusedBecause === undefined) return html``;
  return html`<div class="notice" role="alert">
    <p><strong>Your vote was not counted.</strong></p>
    <p>${says(refusedBecause)}</p>
  </div>`;
}
