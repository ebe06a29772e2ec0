import { identifier } from './tables.ts';
import type { Table } from './tables.ts';

/** More than these inside one another would be near PostgreSQL's limit of the stack. */
const MOST_NESTED = 64;

/**
 * For SQL: all values of a row as one number of 64 bits, each hashed with the hash of the ones before
 * as its seed. By texts: two rows whose texts are the same are the same row to a human. A third of the
 * time of hashing the text that PostgreSQL writes for a whole row, which it quotes character by
 * character (`npm run bench:compare`).
 */
export function hashOf({ columns }: Pick<Table, 'columns'>, of?: string): string {
  const parts = columns.map((column) => markedText(column, of));
  const groups: string[] = [];
  for (let from = 0; from < parts.length; from += MOST_NESTED)
    groups.push(chained(parts.slice(from, from + MOST_NESTED), 0));
  const [first = '0', ...others] = groups;
  return others.length === 0
    ? first
    : chained(
        [first, ...others].map((each) => `${each}::text`),
        0,
      );
}

/** For SQL: the columns of the key as a number of 64 bits, independent of the row's. */
export const keyHashOf = ({ key }: Pick<Table, 'key'>): string =>
  chained(
    key.map((name) => `${identifier(name)}::text`),
    1,
  );

/** Collations for which different texts are equal give them one hash: "C" has none. */
const chained = (texts: readonly string[], seed: number): string =>
  texts.reduce((hash, text) => `hashtextextended((${text}) COLLATE "C", ${hash})`, `${seed}`);

/** Types of which no two values have one text. Of others only what the type itself writes is sure. */
const PLAIN = new RegExp(
  '^(smallint|integer|bigint|numeric|text|character varying|uuid|boolean|bytea|jsonb?' +
    '|date|time|timestamp)\\b',
);

/**
 * For SQL: the value as text that is never NULL; nothing stands for NULL, and a dot before the rest. A
 * composite value of NULLs `IS NULL` and is none.
 */
function markedText({ name, type }: Table['columns'][number], of: string | undefined): string {
  const column = of === undefined ? identifier(name) : `${of}.${identifier(name)}`;
  return PLAIN.test(type) && !type.endsWith('[]')
    ? `coalesce('.' || ${column}::text, '')`
    : `CASE WHEN ${column} IS NOT DISTINCT FROM NULL THEN '' ELSE concat('.', ${column}) END`;
}
