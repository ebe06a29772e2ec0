import { html } from 'hono/html';
import { approvers as saidYes } from '../approval/count.ts';
import type { Brief } from '../approval/brief.ts';
import { foundTitle } from '../approval/brief.ts';
import type { ShownRequest } from '../approval/request.ts';
import type { Message } from '../messages.ts';
import { incidentOf } from '../messages.ts';
import { cut, plainText, showInstant } from '../text.ts';
import type { Addressee } from './mail.ts';
import { styles } from './styles.ts';

type Html = ReturnType<typeof html>;

const LONGEST_LINE = 1000;
const MOST_LINES = 60;
const shown = (text: string): string => cut(plainText(text), LONGEST_LINE);

/**
 * A message as an HTML mail: nothing is loaded from anywhere, everything from outside is text. The
 * link leads to a page that changes nothing by being opened: scanners may follow it.
 */
export function mailHtml(message: Message, headline: string, addressee: Addressee): string {
  const { question } = message;
  const content =
    question === null ? told(message) : asked(question.request, addressee.link, addressee.name);
  const incident = incidentOf(message);
  const foot = incident === undefined ? '' : `Incident ${shown(incident.incidentId)}. `;
  return textOf(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${headline}</title>
          <style>
            ${styles.sheet}
          </style>
        </head>
        <body style="margin:0;background:#ffffff">
          <main class="page" style="${styles.page}">
            <h1 style="${styles.title}">${headline}</h1>
            ${content}
            <p class="quiet" style="${styles.quiet}">
              ${foot}Written by the failover automation; nobody reads answers to this mail.
            </p>
          </main>
        </body>
      </html>`,
  );
}

function textOf(rendered: Html): string {
  if (rendered instanceof Promise) throw new Error('A mail is rendered from what is there.');
  return rendered.toString();
}

function told({ body }: Message): Html {
  const lines = body.split('\n').slice(0, MOST_LINES);
  return html`<div class="box" style="${styles.box}">${lines.map((line) => paragraph(line))}</div>`;
}

function asked(request: ShownRequest, link: string | undefined, name: string | undefined): Html {
  const { brief, expiresAt } = request;
  return html`
    ${paragraph(brief.question)} ${link === undefined ? '' : decide(link, name ?? 'you')}
    <p style="margin:0 0 12px"><strong>Until ${showInstant(expiresAt)}.</strong></p>
    ${section(foundTitle[brief.subject], brief.down)} ${section('What would be lost', [brief.loss])}
    ${warnings(brief)} ${section('If you say yes', brief.yes)} ${section('If you say no', brief.no)}
    ${section('The alarm', [brief.alarm, brief.alarmReason])}
    <p class="quiet" style="${styles.quiet}">${shown(countOf(request))}</p>
  `;
}

function countOf(request: ShownRequest): string {
  const { approvers, approvalsNeeded } = request;
  const names = approvers.map(({ name }) => name).join(', ');
  const needed = approvalsNeeded === 1 ? 'One yes is enough' : `${approvalsNeeded} must say yes`;
  const yes = saidYes(request);
  const so = yes.length === 0 ? '' : ` Yes so far: ${yes.join(', ')}.`;
  return `Asked: ${names}. ${needed}; one no ends it.${so}`;
}

/** Outlook knows no padding of links: the cell around it has the colour. */
function decide(link: string, name: string): Html {
  return html`<table role="presentation" cellspacing="0" cellpadding="0" style="margin:16px 0">
      <tr>
        <td style="${styles.cell}">
          <a href="${link}" style="${styles.button}">Open the decision page</a>
        </td>
      </tr>
    </table>
    <p class="quiet" style="${styles.quiet}">
      Opening it decides nothing; you answer there. The link is for ${shown(name)} alone: do not
      forward it.
    </p>`;
}

function section(title: string, lines: readonly string[]): Html {
  return html`<div class="box" style="${styles.box}">
    <h2 style="${styles.heading}">${title}</h2>
    ${listed(lines)}
  </div>`;
}

function warnings({ warnings: lines }: Brief): Html | '' {
  if (lines.length === 0) return '';
  return html`<div class="warning" style="${styles.warning}">
    <h2 style="${styles.heading}">Beware</h2>
    ${listed(lines)}
  </div>`;
}

function listed(lines: readonly string[]): Html {
  const items = lines.slice(0, MOST_LINES);
  if (items.length < 2) return html`${items.map((line) => paragraph(line))}`;
  return html`<ul style="margin:0;padding-left:20px">
    ${items.map((line) => html`<li style="overflow-wrap:anywhere">${shown(line)}</li>`)}
  </ul>`;
}

function paragraph(line: string): Html {
  return html`<p style="margin:0 0 8px;overflow-wrap:anywhere">${shown(line)}</p>`;
}
