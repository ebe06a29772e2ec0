import { html } from 'hono/html';
import { countOf, showInstant, showInstantFully } from '../text.ts';
import type { Obstacle, RowReport } from './comparison.ts';
import { isOfMysql, nameOf } from './comparison.ts';
import type { PageHead } from './report-head.ts';
import { says } from './report-rows.ts';
import { unitsOf } from './units.ts';

type Markup = ReturnType<typeof html>;

/** What was found, and what can be done about it. */
export function story(head: PageHead, rows: readonly RowReport[]): Markup {
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
        : isOfMysql(head.origin)
          ? notLookedFor(rows, when)
          : html`<p>They belong to ${countOf(units.length, 'transaction')}.${when}</p>
              ${inTheWay(rows)}
              <p>
                Nothing was changed by this report. <code>failover apply</code> applies what is
                approved, a transaction of the old primary at a time.
              </p>`
    }`;
}

/** Nobody looked what stands in the way of rows of MySQL and MariaDB. */
const notLookedFor = (rows: readonly RowReport[], when: string): Markup =>
  html`${
      rows.some(({ transaction }) => transaction !== null)
        ? html`<p>They belong to ${countOf(unitsOf(rows).length, 'transaction')}.${when}</p>`
        : ''
    }
    <p>
      Nothing was changed by this report. <code>failover apply</code> applies what is approved, a
      transaction of the old primary at a time, or a row where none is known. What stands in the way
      of a row was not looked for, but for its parents: the writer refuses it then.
    </p>`;

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
