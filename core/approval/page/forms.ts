import { html } from 'hono/html';
import { MOST_TYPED_CHARACTERS } from '../attempt.ts';
import type { Brief } from '../brief.ts';
import { points } from './evidence.ts';
import type { Markup } from './text.ts';
import { says } from './text.ts';

/** What a yes accepts, in the words of the box that must be ticked. */
const accepts: Readonly<Record<Brief['subject'], string>> = {
  promotion: 'I accept that this may be lost.',
  unfenced: 'I accept that the old primary may still take writes, and that these may be lost.',
  switchover: 'I accept that writes are refused until the other Region serves.',
  reconciliation: 'I have read the report, and accept what would be applied.',
};

const proceeds: Readonly<Record<Brief['subject'], string>> = {
  promotion: 'Approve the failover',
  unfenced: 'Approve going on',
  switchover: 'Approve the switchover',
  reconciliation: 'Approve applying',
};

/** What the forms ask about, and the token that says that they come from this page. */
export interface Question {
  readonly brief: Brief;
  readonly token: string;
  /** Whether this person may still say yes; a no may always follow. */
  readonly mayApprove: boolean;
}

/**
 * Two forms: yes with its consequences, the box and a button; no with its own. Enter in one never
 * sends the other. They post to the address of the page, which holds the link.
 */
export function forms(question: Question): Markup {
  const { mayApprove } = question;
  return html`
    ${
      mayApprove
        ? html`<nav class="dock" aria-label="Decide">
            <a class="button" href="#approve">Approve …</a>
            <a class="button reject" href="#reject">Reject …</a>
          </nav>`
        : ''
    }
    <div class="decide" id="decide">${mayApprove ? approve(question) : ''}${reject(question)}</div>
  `;
}

function approve({ brief, token }: Question): Markup {
  return html`<section class="card" aria-labelledby="approve">
    <h2 id="approve" tabindex="-1">If you approve</h2>
    ${points(brief.yes)}
    <form method="post" autocomplete="off">
      ${hidden(token)}
      <p><strong>Would be lost:</strong> ${says(brief.loss)}</p>
      <label class="tick">
        <input type="checkbox" name="acknowledged" value="yes" required />
        <span>${accepts[brief.subject]}</span>
      </label>
      ${reason('approve-reason')}
      <button class="button" name="decision" value="approved">${proceeds[brief.subject]}</button>
    </form>
  </section>`;
}

function reject({ brief, token, mayApprove }: Question): Markup {
  return html`<section class="card ${mayApprove ? '' : 'only'}" aria-labelledby="reject">
    <h2 id="reject" tabindex="-1">If you reject</h2>
    ${points(brief.no)}
    <form method="post" autocomplete="off">
      ${hidden(token)}
      <p class="soft">One no ends the question, whoever says it.</p>
      ${reason('reject-reason')}
      <button class="button reject" name="decision" value="rejected">Reject</button>
    </form>
  </section>`;
}

function hidden(token: string): Markup {
  return html`<input type="hidden" name="token" value="${token}" />`;
}

function reason(id: string): Markup {
  return html`<div>
    <label class="above" for="${id}">Reason <span class="soft">(optional)</span></label>
    <textarea id="${id}" name="reason" rows="2" maxlength="${MOST_TYPED_CHARACTERS}"></textarea>
  </div>`;
}
