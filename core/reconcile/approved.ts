import { InvalidInputError } from '../errors.ts';
import type { RowReport } from './comparison.ts';
import { keyWords, lostClasses, nameOf } from './comparison.ts';
import type { Rule } from '../rules.ts';
import type { Unit } from './units.ts';

/** Classes of which nobody may approve all rows at once: one version is given up with each. */
const ONE_BY_ONE: readonly string[] = ['conflict', 'unclear'];

/**
 * What somebody approved. Each item is a class (`lostInsert`), a class of a table
 * (`orders:conflict`) or one row (`orders:id=5`); the old primary's version is taken, whatever the
 * writer has.
 */
export type Approved = (row: RowReport) => boolean;

/** Reads the items. @throws InvalidInputError that names an item which is none, or fits no row */
export function readApproved(items: readonly string[], rows: readonly RowReport[]): Approved {
  const chosen = new Set(items.flatMap((item) => rowsFor(item, rows)));
  return (row) => chosen.has(row);
}

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
  readonly isApproved: Approved;
}

/** What may be done with a unit: it is applied as a whole, or not at all. */
export const unitRules: readonly Rule<UnitFacts, 'apply' | 'undecided' | 'refused'>[] = [
  {
    id: 'not-approved',
    when: ({ unit, isApproved }) => !unit.rows.some(isApproved),
    then: 'undecided',
    why: 'Nobody approved it.',
  },
  {
    id: 'partly-approved',
    when: ({ unit, isApproved }) => !unit.rows.every(isApproved),
    then: 'undecided',
    why: 'A transaction is applied as a whole, and a part of this one was not approved:',
    detail: ({ unit, isApproved }) =>
      unit.rows
        .filter((row) => !isApproved(row))
        .map((row) => `${nameOf(row)} ${keyWords(row)} (${row.class})`)
        .join(', '),
  },
  {
    id: 'in-the-way',
    when: ({ unit }) => unit.rows.some(({ obstacles }) => obstacles.length > 0),
    then: 'refused',
    why: 'Something stands in the way.',
    detail: ({ unit }) => unit.rows.flatMap(({ obstacles }) => obstacles).join(' '),
  },
  { id: 'approved', when: () => true, then: 'apply', why: 'Somebody approved all of it.' },
];
