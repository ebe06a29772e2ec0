import { html } from 'hono/html';
import type { Brief } from '../brief.ts';
import { approvers } from '../count.ts';
import type { ApprovalDecision, ShownRequest } from '../request.ts';
import type { ApprovalView, ShownState } from './approval-page.ts';
import { words } from './people.ts';
import type { Markup } from './text.ts';
import { countOf } from '../../text.ts';
import { fullInstant, instant, names, says, timeLeft } from './text.ts';

/** What a page says first: in its title, and at its head. */
export interface Headline {
  /** Plain text. */
  readonly title: string;
  readonly state: Markup;
}

/** The state of a question in a glance: what is asked and until when, or how it ended. */
export function headline(view: ApprovalView): Headline {
  return headlines[view.state](view);
}

const headlines: Readonly<Record<ShownState, (view: ApprovalView) => Headline>> = {
  pending: (view) => ({
    title: 'Decision needed',
    state: banner(
      'Decision needed',
      asks(view.request.brief),
      html`
        ${deadline(view)}
        <p>${says(view.request.brief.question)}</p>
      `,
    ),
  }),
  partlyApproved: (view) => {
    const yes = approvers(view.request);
    const { approvalsNeeded: needed, brief } = view.request;
    const isMine = yes.includes(view.you);
    const kicker = isMine ? 'You have approved' : 'Decision needed';
    const missing = countOf(Math.max(0, needed - yes.length), 'more approval');
    return {
      title: `${kicker}: ${yes.length} of ${needed}`,
      state: banner(
        `${kicker}: ${yes.length} of ${needed}`,
        asks(brief),
        html`
          ${deadline(view)}
          <p>
            ${names(yes)} said yes; ${missing} needed.
            ${isMine ? 'You may still reject, until it is decided.' : ''}
          </p>
          <p>${says(brief.question)}</p>
        `,
      ),
    };
  },
  approved: (view) =>
    ended(view, 'Approved', says(`The ${runs[view.request.brief.subject]} goes on.`)),
  rejected: (view) =>
    ended(
      view,
      'Rejected',
      view.request.brief.subject === 'reconciliation'
        ? html`Nothing is applied.`
        : html`Nothing is promoted.`,
    ),
  expired: (view) => ended(view, 'Expired', html`Nobody decided in time.`),
};

/** What goes on after a yes. */
const runs: Readonly<Record<Brief['subject'], string>> = {
  promotion: 'failover',
  unfenced: 'failover',
  switchover: 'switchover',
  reconciliation: 'reconciliation',
};

function banner(kicker: string, heading: Markup, rest: Markup): Markup {
  return html`<section class="state" aria-labelledby="state">
    <p class="kicker">${kicker}</p>
    <h1 id="state">${heading}</h1>
    ${rest}
  </section>`;
}

function asks({ subject, service, standby }: Brief): Markup {
  switch (subject) {
    case 'promotion':
      return html`Fail ${says(service)} over to ${says(standby)}?`;
    case 'unfenced':
      return html`Go on with ${says(service)} although the old primary may be alive?`;
    case 'switchover':
      return html`Move ${says(service)} to ${says(standby)} now?`;
    case 'reconciliation':
      return html`Give ${says(service)} the writes that never crossed?`;
  }
}

function deadline({ request, now }: ApprovalView): Markup {
  return html`<p class="time">
    ${timeLeft(now, request.expiresAt)} left
    <span>until ${instant(request.expiresAt, now)}${escalated(request)}</span>
  </p>`;
}

function escalated({ escalatedAt }: ShownRequest): string {
  return escalatedAt === undefined ? '' : '; nobody decided at first, so more people are asked';
}

function ended({ request, now }: ApprovalView, word: string, what: Markup): Headline {
  const { decision, expiresAt, brief } = request;
  const headings = {
    promotion: html`${word}: failover of ${says(brief.service)}`,
    unfenced: html`${word}: going on without a confirmed fence`,
    switchover: html`${word}: switchover of ${says(brief.service)}`,
    reconciliation: html`${word}: reconciliation of ${says(brief.service)}`,
  };
  const heading = headings[brief.subject];
  const rest = decision === undefined ? over(expiresAt, now) : decided(decision);
  return {
    title: word,
    state: banner(
      word,
      heading,
      html`<p>${what}</p>
        ${rest}`,
    ),
  };
}

function decided({ by, decidedAt, reason }: ApprovalDecision): Markup {
  return html`<p class="time">By ${says(by)} <span>${fullInstant(decidedAt)}</span></p>
    ${words(reason)}`;
}

function over(expiresAt: string, now: string): Markup {
  return html`<p class="time">The time to decide ended at ${instant(expiresAt, now)}.</p>`;
}
