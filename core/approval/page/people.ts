import { html } from 'hono/html';
import type { CardPhase } from '../../incident-card.ts';
import { approvers } from '../count.ts';
import type { ShownRequest, Vote } from '../request.ts';
import type { Markup } from './text.ts';
import { instant, says } from './text.ts';

/** Who is asked, who said what on this evidence, and how many more must. */
export function people(request: ShownRequest, you: string, now: string): Markup {
  const yes = approvers(request).length;
  return html`<section class="card" aria-labelledby="people">
    <h2 id="people">Who decides</h2>
    <p>
      ${yes} of ${request.approvalsNeeded}
      approvals${request.approvalsNeeded > 1 ? ', of different people' : ''}. One no ends it.
    </p>
    <ul class="lines">
      ${request.approvers.map(({ name }) => {
        const vote = request.votes.findLast(
          (each) => each.approver === name && each.evidenceDigest === request.evidenceDigest,
        );
        return html`<li>
          <div class="who">
            <span>${says(name)}${name === you ? ' (you)' : ''}</span>
            ${said(vote, now)}
          </div>
          ${words(vote?.reason)}
        </li>`;
      })}
    </ul>
  </section>`;
}

const channels: Readonly<Record<Vote['origin']['channel'], string>> = {
  page: 'here',
  slack: 'in Slack',
  cli: 'on the command line',
};

function said(vote: Vote | undefined, now: string): Markup {
  if (vote === undefined) return html`<span class="soft">no answer yet</span>`;
  const { decision, at, origin } = vote;
  return html`<span>
    <span class="${decision === 'approved' ? 'yes' : 'no-vote'}">${decision}</span>
    <span class="soft">${channels[origin.channel]}, ${instant(at, now)}</span>
  </span>`;
}

/** Somebody's own words; nothing if there are none. */
export function words(reason = ''): Markup {
  return reason.trim() === '' ? html`` : html`<blockquote>${says(reason)}</blockquote>`;
}

/** What happened after the decision; nothing if that is not known. The decision is shown above. */
export function since(phases: readonly CardPhase[], decidedAt: string, now: string): Markup {
  const later = phases.filter(({ at }) => at > decidedAt);
  if (later.length === 0) return html``;
  return html`<section class="card" aria-labelledby="since">
    <h2 id="since">What happened since</h2>
    <ol class="lines">
      ${later.map(
        ({ name, at, why }) =>
          html`<li>
            <div class="who">
              <strong>${says(name)}</strong><span class="soft">${instant(at, now)}</span>
            </div>
            <p>${says(why)}</p>
          </li>`,
      )}
    </ol>
  </section>`;
}
