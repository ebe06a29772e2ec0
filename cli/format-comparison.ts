import type {
  AnyOrigin,
  Comparison,
  RowReport,
  TableReport,
} from '../core/reconcile/comparison.ts';
import { sourceWords } from '../core/reconcile/source.ts';
import { keyWords, nameOf, rowClasses, rowWords } from '../core/reconcile/comparison.ts';

const SHOWN_ROWS = 20;

/** A comparison as a person reads it. */
export function formatComparison(comparison: Comparison<AnyOrigin>): string {
  const { rows, leftOut, blindSpots, tables, source } = comparison;
  const shown = rows.slice(0, SHOWN_ROWS);
  return [
    `${tables.length} tables were compared. ${sourceWords(source)}`,
    ...tables.flatMap(tableLines),
    ...(rows.length === 0 ? [] : ['', `${rows.length} rows need somebody:`]),
    ...shown.map(rowLine),
    ...(rows.length > shown.length
      ? [`  and ${rows.length - shown.length} more (--json lists all)`]
      : []),
    ...(leftOut.length === 0 ? [] : ['', 'Not compared:']),
    ...leftOut.map(({ table, why, rows: count }) => `  ${table} (${count} rows): ${why}`),
    '',
    'What this cannot see:',
    ...blindSpots.map((each) => `  ${each}`),
    '',
    rows.length === 0 && leftOut.length === 0
      ? 'Nothing of the old primary is missing.'
      : 'Something is missing, or could not be compared.',
  ].join('\n');
}

/** How many rows of a table came to which class; nothing for a table that is the same. */
export function tableLines({ table, counts }: TableReport): string[] {
  return rowClasses.flatMap((kind) =>
    counts[kind] === 0 ? [] : [`  ${table}: ${counts[kind]} ${rowWords[kind]}`],
  );
}

function rowLine(row: RowReport): string {
  const why = [row.why, ...row.obstacles.map(({ why }) => why)].join(' ');
  return `  ${nameOf(row)} ${keyWords(row)}: ${row.class}. ${why}`;
}
