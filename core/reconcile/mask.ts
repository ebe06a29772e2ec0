import { NotReadyError } from '../errors.ts';
import type { RowReport, Values } from './comparison.ts';
import { nameOf } from './comparison.ts';

const HIDDEN = '•••';

/** Columns whose values people are not shown: `customers.mail`, or `*.card` for every table. */
export type Mask = readonly string[];

/** The row with the values of masked columns hidden; a NULL stays one. */
export function masked(row: RowReport, mask: Mask): RowReport {
  const hides = (column: string): boolean => isHidden(row, column, mask);
  const cover = (values: Values): Values =>
    Object.fromEntries(
      Object.entries(values).map(([column, value]) => [
        column,
        value !== null && hides(column) ? HIDDEN : value,
      ]),
    );
  const conceal = (words: string): string => concealed(words, [row], mask);
  return {
    ...row,
    obstacles: row.obstacles.map((each) => ({ ...each, why: conceal(each.why) })),
    key: Object.fromEntries(
      Object.entries(row.key).map(([column, value]) => [column, hides(column) ? HIDDEN : value]),
    ),
    old: row.old === null ? null : cover(row.old),
    writer: row.writer === null ? null : cover(row.writer),
    base: row.base === null ? null : cover(row.base),
  };
}

/**
 * Words about rows, without the values of their masked columns. Words may name another row by such a
 * column, whose value is not known here: nothing stays of what follows it.
 */
export function concealed(words: string, rows: readonly RowReport[], mask: Mask): string {
  const hidden = new Set(rows.flatMap((row) => valuesHidden(row, mask)));
  // The longest first: one may be a part of another.
  const text = [...hidden]
    .toSorted((a, b) => b.length - a.length)
    .reduce((left, value) => left.replaceAll(value, HIDDEN), words);
  return mask
    .map((each) => ` ${each.slice(each.lastIndexOf('.') + 1)}=`)
    .reduce((left, name) => cutAfter(left, name), ` ${text}`)
    .slice(1);
}

/** Cuts what follows the first such name, unless it is hidden already. */
function cutAfter(text: string, name: string): string {
  const [first = '', ...others] = text.split(name);
  const shown = others.findIndex((each) => !each.startsWith(HIDDEN));
  if (shown < 0) return text;
  return `${[first, ...others.slice(0, shown)].join(name)}${name}${HIDDEN}`;
}

/** Also as JSON writes them: so they are in names. */
const valuesHidden = (row: RowReport, mask: Mask): string[] =>
  [row.base, row.writer, row.old, row.key]
    .flatMap((values) => Object.entries(values ?? {}))
    .flatMap(([column, value]) =>
      value !== null && value !== '' && isHidden(row, column, mask)
        ? [value, JSON.stringify(value).slice(1, -1)]
        : [],
    );

const isHidden = (row: RowReport, column: string, mask: Mask): boolean =>
  mask.includes(`${nameOf(row)}.${column}`) || mask.includes(`*.${column}`);

interface Columns extends Pick<RowReport, 'schema' | 'name'> {
  readonly columns: readonly { readonly name: string }[];
}

/** What of a mask hides no column of these tables: a typo would show what should be hidden. */
export function strangersIn(mask: Mask, tables: readonly Columns[]): string[] {
  const known = new Set(
    tables.flatMap((table) =>
      table.columns.flatMap(({ name }) => [`${nameOf(table)}.${name}`, `*.${name}`]),
    ),
  );
  return mask.filter((each) => !known.has(each));
}

/** @throws NotReadyError if there are any */
export function refuseStrangers(strangers: readonly string[]): void {
  if (strangers.length === 0) return;
  throw new NotReadyError(
    `The mask names ${strangers.join(', ')}, which is no column; expected TABLE.COLUMN or *.COLUMN. ` +
      'Nobody was told of the page yet.',
  );
}
