import { html, raw } from 'hono/html';
import { countOf } from '../text.ts';
import type { RowReport } from './comparison.ts';
import { isOfMysql, lostClasses, nameOf, originWords, rowClasses } from './comparison.ts';
import type { Mask } from './mask.ts';
import type { PageHead } from './report-head.ts';
import { rowsOf, says } from './report-rows.ts';
import { story } from './report-story.ts';
import { reportStyle } from './report-style.ts';
import { sourceWords } from './source.ts';

type Markup = ReturnType<typeof html>;

/** Each class as the heading of a column. */
const headings: Readonly<Record<(typeof rowClasses)[number], string>> = {
  lostInsert: 'Inserted there',
  lostUpdate: 'Changed there',
  lostDelete: 'Deleted there',
  conflict: 'Changed on both sides',
  unclear: 'Unclear',
  changedHere: 'Changed by the writer since',
};

/**
 * The report for people: one page with everything in it, nothing loaded and nothing that runs.
 * Masked columns show no values.
 */
export async function reportPage(
  head: PageHead,
  rows: readonly RowReport[],
  mask: Mask,
): Promise<string> {
  const title = `${countOf(rows.length, 'row')} never crossed: ${head.origin.database}`;
  const markup = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="color-scheme" content="light dark" />
        <title>${says(title)}</title>
        <style>
          ${raw(reportStyle)}
        </style>
      </head>
      <body>
        <main>
          ${story(head, rows)} ${counts(head)} ${notCompared(head)} ${sequences(head)}
          ${lostClasses.map((kind) => rowsOf(kind, rows, mask))} ${blindSpots(head)}
          <p class="soft">
            ${says(originWords(head.origin))}; rows
            <code>${head.rowsDigest.slice(0, 12)}</code>.
          </p>
        </main>
      </body>
    </html>`;
  return (await markup).toString();
}

function counts({ tables }: PageHead): Markup {
  const concerned = tables.filter(({ counts: own }) => rowClasses.some((kind) => own[kind] > 0));
  const kinds = rowClasses.filter((kind) => concerned.some(({ counts: own }) => own[kind] > 0));
  const same = tables.length - concerned.length;
  return html`<h2>Tables</h2>
    ${
      concerned.length === 0
        ? ''
        : html`<div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Table</th>
                  ${kinds.map((kind) => html`<th scope="col" class="n">${headings[kind]}</th>`)}
                </tr>
              </thead>
              <tbody>
                ${concerned.map(
                  ({ table, counts: own }) =>
                    html`<tr>
                      <th scope="row">${says(table)}</th>
                      ${kinds.map((kind) => html`<td class="n">${own[kind]}</td>`)}
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
    ${
      same === 0
        ? ''
        : html`<p class="soft">
            ${countOf(same, 'other table')} ${same === 1 ? 'is' : 'are'} the same on both sides.
          </p>`
    }`;
}

function notCompared({ leftOut }: PageHead): Markup {
  if (leftOut.length === 0) return html``;
  return html`<h2 class="bad">Not compared</h2>
    <ul>
      ${leftOut.map(({ table, why, rows }) => html`<li>${says(table)}, ${rows} rows: ${says(why)}</li>`)}
    </ul>`;
}

function sequences({ sequences: ahead, origin }: PageHead): Markup {
  if (ahead.length === 0) return html``;
  const then = isOfMysql(origin)
    ? 'The first lines of apply.sql move them on.'
    : 'Applying moves them on first.';
  return html`<h2>Sequences</h2>
    <p>The old primary had given out numbers that the writer has not. ${then}</p>
    <ul>
      ${ahead.map(
        ({ schema, name, old, writer }) =>
          html`<li>${says(nameOf({ schema, name }))}: ${old} there, ${writer} on the writer</li>`,
      )}
    </ul>`;
}

function blindSpots({ source, blindSpots: all }: PageHead): Markup {
  return html`<h2>What this comparison cannot see</h2>
    <p>${says(sourceWords(source))}</p>
    <ul>
      ${all.map((each) => html`<li>${says(each)}</li>`)}
    </ul>`;
}
