import { html, raw } from 'hono/html';
import { cut, plainText, showInstant } from '../text.ts';
import type { LostClass, RowReport } from './comparison.ts';
import { keyWords, lostClasses, nameOf, rowClasses, rowWords } from './comparison.ts';
import type { Mask } from './mask.ts';
import { masked } from './mask.ts';
import type { ReportHead } from './report-head.ts';
import { reportStyle } from './report-style.ts';
import { unitsOf } from './units.ts';

type Markup = ReturnType<typeof html>;

/** So many rows of a class are shown; a page with all of a million helps nobody. */
const SHOWN_ROWS = 200;
const MOST_CHARACTERS = 2000;

/** What each class means for somebody who has to decide. */
const meanings: Readonly<Record<LostClass, string>> = {
  lostInsert: 'Applying inserts them into the writer.',
  lostUpdate: 'Applying gives the writer the newer version; it has the one from before the outage.',
  lostDelete: 'Applying deletes them from the writer, which still has them.',
  conflict:
    'Both sides changed them after the outage began. The version from before that is not known. ' +
    'Taking the old primary’s gives the writer’s up: name each row, or the table.',
  unclear:
    'The sides differ, and who wrote last cannot be told. Taking the old primary’s version ' +
    'may undo what the writer did on purpose: name each row, or the table.',
};

/**
 * The report for people: one page with everything in it, nothing loaded and nothing that runs.
 * Masked columns show no values.
 */
export async function reportPage(
  head: ReportHead,
  rows: readonly RowReport[],
  mask: Mask,
): Promise<string> {
  const shown = rows.map((row) => masked(row, mask));
  const title = `${rows.length} rows never crossed: ${head.origin.database}`;
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
          ${lostClasses.map((kind) => section(kind, shown))} ${blindSpots(head)}
          <p class="soft">
            Cluster ${says(head.origin.systemId)}, timeline ${head.origin.writerTimeline}; rows
            <code>${head.rowsDigest.slice(0, 12)}</code>.
          </p>
        </main>
      </body>
    </html>`;
  return (await markup).toString();
}

const says = (text: string): string => cut(plainText(text), MOST_CHARACTERS);

function story(head: ReportHead, rows: readonly RowReport[]): Markup {
  const units = unitsOf(rows);
  const times = units.flatMap(({ committedAt }) => committedAt ?? []);
  const [first, last] = [times[0], times.at(-1)];
  const stands = rows.filter(({ obstacles }) => obstacles.length > 0).length;
  const when =
    first === undefined || last === undefined
      ? ''
      : ` The old primary committed them between ${first} and ${last}.`;
  return html`<h1>
      ${
        rows.length === 0
          ? 'Nothing of the old primary is missing'
          : `${rows.length} rows of the old primary never reached the writer`
      }
    </h1>
    <p class="soft">
      Database ${says(head.origin.database)}, compared ${showInstant(head.comparedAt)}.
    </p>
    ${
      rows.length === 0
        ? ''
        : html`<p>They belong to ${units.length} transactions.${when}</p>
            <p class="${stands > 0 ? 'bad' : 'good'}">
              ${
                stands > 0
                  ? `Something stands in the way of ${stands} of them; the whole transaction waits then.`
                  : 'Nothing stands in the way of applying them.'
              }
            </p>
            <p>
              Nothing was changed by this report. <code>failover apply</code> applies what is
              approved, a transaction of the old primary at a time.
            </p>`
    }`;
}

function counts({ tables }: ReportHead): Markup {
  const concerned = tables.filter(({ counts: own }) => rowClasses.some((kind) => own[kind] > 0));
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
                  ${rowClasses.map((kind) => html`<th scope="col" class="n">${rowWords[kind]}</th>`)}
                </tr>
              </thead>
              <tbody>
                ${concerned.map(
                  ({ table, counts: own }) =>
                    html`<tr>
                      <th scope="row">${says(table)}</th>
                      ${rowClasses.map((kind) => html`<td class="n">${own[kind]}</td>`)}
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
    <p class="soft">${same} tables are the same on both sides.</p>`;
}

function notCompared({ leftOut }: ReportHead): Markup {
  if (leftOut.length === 0) return html``;
  return html`<h2 class="bad">Not compared</h2>
    <ul>
      ${leftOut.map(({ table, why, rows }) => html`<li>${says(table)}, ${rows} rows: ${says(why)}</li>`)}
    </ul>`;
}

function sequences({ sequences: ahead }: ReportHead): Markup {
  if (ahead.length === 0) return html``;
  return html`<h2>Sequences</h2>
    <p>
      The old primary had given out numbers that the writer has not. Applying moves them on first.
    </p>
    <ul>
      ${ahead.map(
        ({ schema, name, old, writer }) =>
          html`<li>${says(nameOf({ schema, name }))}: ${old} there, ${writer} on the writer</li>`,
      )}
    </ul>`;
}

function section(kind: LostClass, rows: readonly RowReport[]): Markup {
  const own = rows.filter((row) => row.class === kind);
  if (own.length === 0) return html``;
  const rest = own.length - SHOWN_ROWS;
  return html`<h2>${own.length} ${rowWords[kind]}</h2>
    <p>${meanings[kind]}</p>
    ${own.slice(0, SHOWN_ROWS).map(one)}
    ${rest > 0 ? html`<p>And ${rest} more, in <code>rows.jsonl</code>.</p>` : ''}`;
}

function one(row: RowReport): Markup {
  const { old, writer, obstacles, transaction } = row;
  const columns = Object.keys(old ?? writer ?? {}).filter(
    (column) => old === null || writer === null || old[column] !== writer[column],
  );
  const committed = transaction === null ? '' : `, committed ${transaction.committedAt}`;
  return html`<div class="row ${obstacles.length > 0 ? 'stands' : ''}">
    <h3>${says(nameOf(row))} ${says(keyWords(row))}</h3>
    <p class="soft">${says(row.why)}${committed}</p>
    ${obstacles.map(({ why }) => html`<p class="bad">${says(why)}</p>`)}
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Old primary</th>
            <th scope="col">Writer</th>
          </tr>
        </thead>
        <tbody>
          ${columns.map(
            (column) =>
              html`<tr>
                <th scope="row">${says(column)}</th>
                ${value('old', old, column)} ${value('new', writer, column)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </div>`;
}

function value(side: 'old' | 'new', values: RowReport['old'], column: string): Markup {
  if (values === null) return html`<td class="v"><span class="null">no row</span></td>`;
  const text = values[column] ?? null;
  if (text === null) return html`<td class="v ${side}"><span class="null">NULL</span></td>`;
  return html`<td class="v ${side}">${says(text)}</td>`;
}

function blindSpots({ blindSpots: all }: ReportHead): Markup {
  return html`<h2>What this comparison cannot see</h2>
    <ul>
      ${all.map((each) => html`<li>${says(each)}</li>`)}
    </ul>`;
}
