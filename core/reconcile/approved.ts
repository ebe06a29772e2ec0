import { InvalidInputError } from '../errors.ts';
import type { Rule } from '../rules.ts';
import type { Obstacle, RowReport } from './comparison.ts';
import { keyWords, lostClasses, nameOf, rowId } from './comparison.ts';
import type { Unit } from './units.ts';

/** Classes of which nobody may approve all rows at once: one version is given up with each. */
const ONE_BY_ONE: readonly string[] = ['conflict', 'unclear'];

/** What somebody approved, and who. */
export interface Approval {
  /** A class (`lostInsert`) or a class of a table (`orders:conflict`). */
  readonly items: readonly string[];
  /** Single rows, as they are named everywhere: `orders:id=5`. */
  readonly rows: readonly string[];
  /** Columns that get a new number where the old one collides: `orders.number`. */
  readonly renumber: readonly string[];
  /** Tables that were not compared, whose rows stay behind with the transactions that wrote them. */
  readonly leave: readonly string[];
  readonly by: string;
}

/** What an approval means for the rows of a report: the old primary's version is taken. */
export interface Approved {
  readonly has: (row: RowReport) => boolean;
  /** The columns of a row that get a new number; none where nothing collides. */
  readonly renumbered: (row: RowReport) => readonly string[];
  /** What stands in the way of a row, after what was approved. */
  readonly standing: (row: RowReport) => readonly Obstacle[];
}

/** Reads an approval. @throws InvalidInputError that names an item which is none, or fits no row */
export function readApproved(
  { items, rows: names, renumber, leave }: Omit<Approval, 'by'>,
  rows: readonly RowReport[],
): Approved {
  const chosen = new Set([
    ...items.flatMap((item) => rowsOfClass(item, rows)),
    ...names.map((name) => rowNamed(name, rows)),
  ]);
  const known = new Set(rows.flatMap(columnsOf));
  const stranger = renumber.find((column) => rows.length > 0 && !known.has(column));
  if (stranger !== undefined) {
    throw new InvalidInputError(
      `Found "${stranger}"; expected TABLE.COLUMN of a row in the report, to give it a new number.`,
    );
  }
  const approvedIds = new Set([...chosen].map(rowId));
  const renumbered = (row: RowReport): string[] =>
    row.writer !== null
      ? []
      : row.obstacles.flatMap(({ kind, columns }) =>
          kind === 'collision'
            ? columns.filter((column) => renumber.includes(`${nameOf(row)}.${column}`))
            : [],
        );
  const isResolved = (row: RowReport, { kind, columns, needs }: Obstacle): boolean => {
    if (kind === 'leftOut') return needs !== null && leave.includes(nameOf(needs));
    if (columns.some((column) => renumbered(row).includes(column))) return true;
    return needs !== null && approvedIds.has(rowId(needs));
  };
  return {
    has: (row) => chosen.has(row),
    renumbered,
    standing: (row) => row.obstacles.filter((obstacle) => !isResolved(row, obstacle)),
  };
}

const columnsOf = (row: RowReport): string[] =>
  Object.keys(row.old ?? {}).map((column) => `${nameOf(row)}.${column}`);

function rowsOfClass(item: string, rows: readonly RowReport[]): readonly RowReport[] {
  const colon = item.lastIndexOf(':');
  const [table, kind] = [item.slice(0, Math.max(colon, 0)), item.slice(colon + 1)];
  if (!lostClasses.some((each) => each === kind)) {
    throw new InvalidInputError(
      `Found "${item}"; expected one of ${lostClasses.join(', ')}, or TABLE:CLASS.`,
    );
  }
  if (table === '' && ONE_BY_ONE.includes(kind)) {
    throw new InvalidInputError(
      `Found "${item}"; expected TABLE:${kind}, or single rows: the writer's version is given up.`,
    );
  }
  const found = rows.filter((row) => row.class === kind && (table === '' || nameOf(row) === table));
  if (found.length === 0 && table !== '') {
    throw new InvalidInputError(
      `Found "${item}", which is no row of the report; is it spelled right?`,
    );
  }
  const tables = new Set(found.map((row) => JSON.stringify([row.schema, row.name])));
  if (table !== '' && tables.size > 1)
    throw new InvalidInputError(`Found "${item}", which fits ${tables.size} tables.`);
  return found;
}

function rowNamed(name: string, rows: readonly RowReport[]): RowReport {
  const [found, ...others] = rows.filter((row) => `${nameOf(row)}:${keyWords(row)}` === name);
  if (found === undefined)
    throw new InvalidInputError(
      `Found "${name}", which is no row of the report; is it spelled right?`,
    );
  if (others.length > 0)
    throw new InvalidInputError(`Found "${name}", which fits ${others.length + 1} rows.`);
  return found;
}

interface UnitFacts {
  readonly unit: Unit;
  readonly approved: Approved;
}

/** What may be done with a unit: it is applied as a whole, or not at all. */
export const unitRules: readonly Rule<UnitFacts, 'apply' | 'undecided' | 'partly' | 'refused'>[] = [
  {
    id: 'not-approved',
    when: ({ unit, approved }) => !unit.rows.some(approved.has),
    then: 'undecided',
    why: 'Nobody approved it.',
  },
  {
    id: 'partly-approved',
    when: ({ unit, approved }) => !unit.rows.every(approved.has),
    then: 'partly',
    why: 'A transaction is applied as a whole, and a part of this one was not approved:',
    detail: ({ unit, approved }) =>
      unit.rows
        .filter((row) => !approved.has(row))
        .map((row) => `${nameOf(row)} ${keyWords(row)} (${row.class})`)
        .join(', '),
  },
  {
    id: 'in-the-way',
    when: ({ unit, approved }) => unit.rows.some((row) => approved.standing(row).length > 0),
    then: 'refused',
    why: 'Something stands in the way.',
    detail: ({ unit, approved }) =>
      unit.rows.flatMap((row) => approved.standing(row).map(({ why }) => why)).join(' '),
  },
  {
    id: 'number-may-be-used-elsewhere',
    when: (facts) => usersOfNumbers(facts).length > 0,
    then: 'refused',
    why: 'A new number is asked for, and another row of the transaction may mean the old one:',
    detail: (facts) => usersOfNumbers(facts).join(', '),
  },
  { id: 'approved', when: () => true, then: 'apply', why: 'Somebody approved all of it.' },
];

/** Rows of other tables in the same unit that hold a number which is to be replaced. */
function usersOfNumbers({ unit, approved }: UnitFacts): string[] {
  return unit.rows.flatMap((row) => {
    const numbers = approved.renumbered(row).flatMap((column) => row.old?.[column] ?? []);
    const others = unit.rows.filter((other) => nameOf(other) !== nameOf(row));
    return others.flatMap((other) =>
      Object.entries(other.old ?? {})
        .filter(([, value]) => value !== null && numbers.includes(value))
        .map(
          ([column, value]) => `${nameOf(other)} ${keyWords(other)} has ${column} ${value ?? ''}`,
        ),
    );
  });
}
