import { InvalidInputError } from '../errors.ts';
import type { Obstacle, RowReport } from './comparison.ts';
import { keyWords, lostClasses, nameOf } from './comparison.ts';
import type { Rule } from '../rules.ts';
import type { Unit } from './units.ts';

/** Classes of which nobody may approve all rows at once: one version is given up with each. */
const ONE_BY_ONE: readonly string[] = ['conflict', 'unclear'];

/** What somebody approved, and who. */
export interface Approval {
  /**
   * A class (`lostInsert`), a class of a table (`orders:conflict`) or one row (`orders:id=5`): the
   * old primary's version is taken, whatever the writer has.
   */
  readonly items: readonly string[];
  /** Columns that get a new number where the old one collides: `orders.number`. */
  readonly renumber: readonly string[];
  readonly by: string;
}

/** What an approval means for the rows of a report. */
export interface Approved {
  readonly has: (row: RowReport) => boolean;
  /** The columns of a row that get a new number; none where nothing collides. */
  readonly renumbered: (row: RowReport) => readonly string[];
}

/** Reads an approval. @throws InvalidInputError that names an item which is none, or fits no row */
export function readApproved(
  { items, renumber }: Pick<Approval, 'items' | 'renumber'>,
  rows: readonly RowReport[],
): Approved {
  const chosen = new Set(items.flatMap((item) => rowsFor(item, rows)));
  const known = new Set(rows.flatMap((row) => columnsOf(row)));
  const stranger = renumber.find((column) => rows.length > 0 && !known.has(column));
  if (stranger !== undefined) {
    throw new InvalidInputError(
      `Found "${stranger}"; expected TABLE.COLUMN of a row in the report, to give it a new number.`,
    );
  }
  return {
    has: (row) => chosen.has(row),
    renumbered: (row) =>
      row.writer === null
        ? row.obstacles.flatMap(({ kind, columns }) =>
            kind === 'collision'
              ? columns.filter((column) => renumber.includes(`${nameOf(row)}.${column}`))
              : [],
          )
        : [],
  };
}

const columnsOf = (row: RowReport): string[] =>
  Object.keys(row.old ?? {}).map((column) => `${nameOf(row)}.${column}`);

/** What stands in the way of a row, besides collisions that a new number resolves. */
const standing = (row: RowReport, approved: Approved): readonly Obstacle[] =>
  row.obstacles.filter(
    ({ kind, columns }) =>
      kind !== 'collision' || !columns.some((column) => approved.renumbered(row).includes(column)),
  );

function rowsFor(item: string, rows: readonly RowReport[]): readonly RowReport[] {
  const colon = item.lastIndexOf(':');
  const [table, what] = [item.slice(0, Math.max(colon, 0)), item.slice(colon + 1)];
  const isClass = lostClasses.some((each) => each === what);
  if (table === '' && !isClass) {
    throw new InvalidInputError(
      `Found "${item}"; expected one of ${lostClasses.join(', ')}, or TABLE:CLASS, or TABLE:KEY=VALUE.`,
    );
  }
  if (table === '' && ONE_BY_ONE.includes(what)) {
    throw new InvalidInputError(
      `Found "${item}"; expected TABLE:${what} or TABLE:KEY=VALUE: the writer's version is given up.`,
    );
  }
  const own = table === '' ? rows : rows.filter((row) => nameOf(row) === table);
  const found = own.filter((row) => (isClass ? row.class === what : keyWords(row) === what));
  if (found.length === 0 && table !== '') {
    throw new InvalidInputError(
      `Found "${item}", which is no row of the report; is it spelled right?`,
    );
  }
  return found;
}

interface UnitFacts {
  readonly unit: Unit;
  readonly approved: Approved;
}

/** What may be done with a unit: it is applied as a whole, or not at all. */
export const unitRules: readonly Rule<UnitFacts, 'apply' | 'undecided' | 'refused'>[] = [
  {
    id: 'not-approved',
    when: ({ unit, approved }) => !unit.rows.some((row) => approved.has(row)),
    then: 'undecided',
    why: 'Nobody approved it.',
  },
  {
    id: 'partly-approved',
    when: ({ unit, approved }) => !unit.rows.every((row) => approved.has(row)),
    then: 'undecided',
    why: 'A transaction is applied as a whole, and a part of this one was not approved:',
    detail: ({ unit, approved }) =>
      unit.rows
        .filter((row) => !approved.has(row))
        .map((row) => `${nameOf(row)} ${keyWords(row)} (${row.class})`)
        .join(', '),
  },
  {
    id: 'in-the-way',
    when: ({ unit, approved }) => unit.rows.some((row) => standing(row, approved).length > 0),
    then: 'refused',
    why: 'Something stands in the way.',
    detail: ({ unit, approved }) =>
      unit.rows.flatMap((row) => standing(row, approved).map(({ why }) => why)).join(' '),
  },
  { id: 'approved', when: () => true, then: 'apply', why: 'Somebody approved all of it.' },
];
