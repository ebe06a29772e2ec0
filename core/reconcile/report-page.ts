import { html, raw } from 'hono/html';
import { countOf, showInstant, showInstantFully } from '../text.ts';
import type { Obstacle, RowReport } from './comparison.ts';
import { lostClasses, nameOf, rowClasses, sourceWords } from './comparison.ts';
import type { Mask } from './mask.ts';
import type { ReportHead } from './report-head.ts';
import { rowsOf, says } from './report-rows.ts';
import { reportStyle } from './report-style.ts';
import { unitsOf } from './units.ts';

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
  head: ReportHead,
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
            Cluster ${says(head.origin.systemId)}, timeline ${head.origin.writerTimeline}; rows
            <code>${head.rowsDigest.slice(0, 12)}</code>.
          </p>
        </main>
      </body>
    </html>`;
  return (await markup).toString();
}

function story(head: ReportHead, rows: readonly RowReport[]): Markup {
  const units = unitsOf(rows);
  const times = units.flatMap(({ committedAt }) => committedAt ?? []);
  const [first, last] = [times[0], times.at(-1)];
  const when =
    first === undefined || last === undefined
      ? ''
      : first === last
        ? ` The old primary committed it ${showInstantFully(first)}.`
        : ` The old primary committed them between ${showInstantFully(first)} and ${showInstantFully(last)}.`;
  return html`<h1>
      ${
        rows.length === 0
          ? 'Nothing of the old primary is missing'
          : `${countOf(rows.length, 'row')} of the old primary never reached the writer`
      }
    </h1>
    <p class="soft">
      Database ${says(head.origin.database)}, compared ${showInstant(head.comparedAt)}.
    </p>
    ${
      rows.length === 0
        ? ''
        : html`<p>They belong to ${countOf(units.length, 'transaction')}.${when}</p>
            ${inTheWay(rows)}
            <p>
              Nothing was changed by this report. <code>failover apply</code> applies what is
              approved, a transaction of the old primary at a time.
            </p>`
    }`;
}

/** What stands in the way of how many rows, and what can be done about it. */
function inTheWay(rows: readonly RowReport[]): Markup {
  const found = Map.groupBy(
    rows.flatMap((row) =>
      row.obstacles.map(({ kind, columns }) => ({
        kind,
        columns: columns.map((column) => `${nameOf(row)}.${column}`).join(', '),
      })),
    ),
    ({ kind, columns }) => `${kind} ${columns}`,
  );
  if (found.size === 0)
    return html`<p class="good">Nothing stands in the way of applying them.</p>`;
  const lines = [...found.values()].map((same) => {
    const { kind, columns } = same[0] ?? { kind: 'orphan', columns: '' };
    return html`<li>
      ${countOf(same.length, 'row')}
      ${remedies[kind]}${
        kind === 'collision'
          ? html` <code>--renumber ${says(columns)}</code> gives each the next number instead, if a
              sequence numbers it.`
          : ''
      }
    </li>`;
  });
  return html`<p class="bad">Something stands in the way; the whole transaction waits then.</p>
    <ul>
      ${lines}
    </ul>`;
}

const remedies: Readonly<Record<Obstacle['kind'], string>> = {
  collision: 'with a unique value that the writer has given to another row.',
  orphan: 'that need a row which the writer does not have: put that back first, or leave them.',
  parent:
    'that belong to a row which both sides wrote: the writer’s may be another one. Decide that row first.',
  leftOut:
    'whose transaction also wrote to a table that was not compared: --leave TABLE gives that part up.',
  children: 'that rows of the writer refer to: deleting them would take those along.',
  trigger: 'whose table has a trigger that fires even for this: switch it off first.',
};

function counts({ tables }: ReportHead): Markup {
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

function blindSpots({ source, blindSpots: all }: ReportHead): Markup {
  return html`<h2>What this comparison cannot see</h2>
    <p>${says(sourceWords(source))}</p>
    <ul>
      ${all.map((each) => html`<li>${says(each)}</li>`)}
    </ul>`;
}
