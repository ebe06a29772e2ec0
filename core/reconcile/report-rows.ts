import { html } from 'hono/html';
import { cut, plainText, showInstantFully } from '../text.ts';
import type { LostClass, RowReport } from './comparison.ts';
import { keyWords, nameOf, rowWords } from './comparison.ts';
import type { Mask } from './mask.ts';
import { masked } from './mask.ts';

type Markup = ReturnType<typeof html>;

/** So many rows of a class are shown; a page with all of a million helps nobody. */
const SHOWN_ROWS = 200;
const MOST_CHARACTERS = 2000;

/** Text from outside, as it may be shown: the template escapes its markup. */
export const says = (text: string): string => cut(plainText(text), MOST_CHARACTERS);

/** What each class means for somebody who has to decide. */
const meanings: Readonly<Record<LostClass, string>> = {
  lostInsert: 'Applying inserts them into the writer.',
  lostUpdate: 'Applying gives the writer the newer version; it has the one from before the outage.',
  lostDelete: 'Applying deletes them from the writer, which still has them.',
  conflict:
    'Both sides changed them after the outage began. The version from before that is shown where ' +
    'it is known. ' +
    'Taking the old primary’s gives the writer’s up: name each row, or the table.',
  unclear:
    'The sides differ, and who wrote last cannot be told. Taking the old primary’s version ' +
    'may undo what the writer did on purpose: name each row, or the table.',
};

/** The rows of a class, each with both versions side by side. */
export function rowsOf(kind: LostClass, rows: readonly RowReport[], mask: Mask): Markup {
  const own = rows.filter((row) => row.class === kind);
  if (own.length === 0) return html``;
  const rest = own.length - SHOWN_ROWS;
  return html`<h2>${own.length} ${rowWords[kind]}</h2>
    <p>${meanings[kind]}</p>
    ${own.slice(0, SHOWN_ROWS).map((row) => one(row, masked(row, mask)))}
    ${rest > 0 ? html`<p>And ${rest} more, in <code>rows.jsonl</code>.</p>` : ''}`;
}

/** Which columns differ is said of hidden ones too; their values are not. */
function one(real: RowReport, row: RowReport): Markup {
  const { old, writer, base, obstacles, transaction } = row;
  const columns = Object.keys(real.old ?? real.writer ?? {}).filter(
    (column) =>
      real.old === null || real.writer === null || real.old[column] !== real.writer[column],
  );
  const [atFork, baseOf] =
    base === null
      ? ['', () => '']
      : [html`<th scope="col">At the fork</th>`, (column: string) => value('base', base, column)];
  const committed =
    transaction === null ? '' : ` Committed there ${showInstantFully(transaction.committedAt)}.`;
  return html`<div class="row ${obstacles.length > 0 ? 'stands' : ''}">
    <h3>${says(nameOf(row))} ${says(keyWords(row))}</h3>
    <p class="soft">${says(row.why)}${committed}</p>
    ${obstacles.map(({ why }) => html`<p class="bad">${says(why)}</p>`)}
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Column</th>
            ${atFork}
            <th scope="col">Old primary</th>
            <th scope="col">Writer</th>
          </tr>
        </thead>
        <tbody>
          ${columns.map(
            (column) =>
              html`<tr>
                <th scope="row">${says(column)}</th>
                ${baseOf(column)} ${value('old', old, column)} ${value('new', writer, column)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </div>`;
}

function value(side: 'base' | 'old' | 'new', values: RowReport['old'], column: string): Markup {
  if (values === null) return html`<td class="v"><span class="null">no row</span></td>`;
  const text = values[column] ?? null;
  if (text === null) return html`<td class="v ${side}"><span class="null">NULL</span></td>`;
  return html`<td class="v ${side}">${says(text)}</td>`;
}
