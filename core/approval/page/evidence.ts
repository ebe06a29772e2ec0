import { html } from 'hono/html';
import type { Brief } from '../brief.ts';
import { foundTitle } from '../brief.ts';
import type { Markup } from './text.ts';
import { fullInstant, says } from './text.ts';

/** What would be lost, what is down and who says so, and what else must be known. */
export function evidence(brief: Brief): Markup {
  const [verdict, ...voices] = brief.down;
  return html`
    <section class="card" aria-labelledby="loss">
      <h2 id="loss">What would be lost</h2>
      <p class="lead">${says(brief.loss)}</p>
    </section>
    <section class="card" aria-labelledby="down">
      <h2 id="down">${foundTitle[brief.subject]}</h2>
      ${
        verdict === undefined
          ? html`<p>Nothing was observed.</p>`
          : html`<p class="lead">${says(verdict)}</p>`
      }
      ${
        voices.length === 0
          ? ''
          : html`<ul class="lines">
              ${voices.map((line) => html`<li>${says(line)}</li>`)}
            </ul>`
      }
    </section>
    ${
      brief.warnings.length === 0
        ? ''
        : html`<section class="card warn" aria-labelledby="beware">
            <h2 id="beware">Beware</h2>
            ${points(brief.warnings)}
          </section>`
    }
  `;
}

/** Where the question comes from: for whoever wants to look closer. */
export function background(brief: Brief): Markup {
  return html`<section class="card" aria-labelledby="background">
    <h2 id="background">Where this comes from</h2>
    <dl class="facts">
      <dt>Service</dt>
      <dd>${says(brief.service)}</dd>
      <dt>Primary</dt>
      <dd>${says(brief.primary)}</dd>
      <dt>Standby</dt>
      <dd>${says(brief.standby)}</dd>
      <dt>Opened</dt>
      <dd>${fullInstant(brief.openedAt)}</dd>
      <dt>Alarm</dt>
      <dd>${says(brief.alarm)}</dd>
      <dt>It says</dt>
      <dd>${says(brief.alarmReason)}</dd>
    </dl>
  </section>`;
}

/** Sentences as a list; one alone is a paragraph. */
export function points(lines: readonly string[]): Markup {
  const [only, ...more] = lines;
  if (only !== undefined && more.length === 0) return html`<p>${says(only)}</p>`;
  return html`<ul class="points">
    ${lines.map((line) => html`<li>${says(line)}</li>`)}
  </ul>`;
}
