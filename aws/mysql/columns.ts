/** A column as both sides must have it. */
export interface Column {
  readonly name: string;
  /** As DATA_TYPE of the catalog: `varchar`. */
  readonly type: string;
  /** As COLUMN_TYPE: `varchar(10)`, `int unsigned`. */
  readonly declared: string;
  readonly collation: string | null;
  readonly isGenerated: boolean;
}

/** How values of a type are read, hashed and written. */
interface Kind {
  readonly types: readonly string[];
  /** For SQL: the value as a text, or as bytes, which become hex. */
  readonly text: (name: string) => string;
  /** For SQL: what is hashed of it; bytes, so that no collation has a say. */
  readonly bytes?: (name: string) => string;
  /** Values of any length: their own hash stands for them in the row's. */
  readonly isLong?: boolean;
  /** For SQL: what it is ordered by. */
  readonly order?: (name: string) => string;
  /** A text as a literal of SQL. */
  readonly literal: (text: string) => string;
}

const asChar = (name: string): string => `CAST(${name} AS CHAR)`;
const itself = (name: string): string => name;

/** A number as it is; anything else would be SQL of somebody else. */
function number(text: string): string {
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) return text;
  throw new Error(`Found "${text}"; expected a number.`);
}

/**
 * A literal that means the same in every `sql_mode`: with a backslash in it, the bytes; so also with
 * what cannot be seen. Needs `SET NAMES utf8mb4`.
 */
const quoted = (text: string): string =>
  /[\\\p{C}\u2028\u2029]/u.test(text)
    ? `_utf8mb4 x'${Buffer.from(text, 'utf8').toString('hex')}'`
    : `'${text.replaceAll("'", "''")}'`;

/** Every type that is compared. A type that is not here leaves its table out, and that is said. */
const kinds: readonly Kind[] = [
  {
    types: ['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'year'],
    ...{ text: asChar, literal: number },
  },
  {
    // As a double: the text of a FLOAT has six digits, and so would two different ones.
    types: ['float', 'double'],
    text: (name) => `CAST(${name} * 1e0 AS CHAR)`,
    literal: (text) => (text.includes('e') ? number(text) : `${number(text)}e0`),
  },
  { types: ['bit'], text: (name) => `CAST(${name} + 0 AS CHAR)`, literal: number },
  {
    types: ['date', 'datetime', 'timestamp', 'time', 'uuid', 'inet4', 'inet6'],
    ...{ text: asChar, literal: quoted },
  },
  { types: ['char', 'varchar'], text: itself, bytes: itself, literal: quoted },
  {
    types: ['tinytext', 'text', 'mediumtext', 'longtext', 'json'],
    ...{ text: itself, bytes: itself, isLong: true, literal: quoted },
  },
  {
    // By number: an empty text may be a member, or what a wrong value became.
    types: ['enum', 'set'],
    ...{ text: itself, bytes: (name) => `CAST(${name} + 0 AS CHAR)`, literal: quoted },
    order: (name) => `CAST(${name} AS CHAR) COLLATE utf8mb4_bin`,
  },
  { types: ['binary', 'varbinary'], text: itself, bytes: itself, literal: hex },
  {
    types: [
      ...['tinyblob', 'blob', 'mediumblob', 'longblob', 'vector', 'geometry', 'point'],
      ...['linestring', 'polygon', 'multipoint', 'multilinestring', 'multipolygon'],
      ...['geometrycollection', 'geomcollection'],
    ],
    ...{ text: itself, bytes: itself, isLong: true, literal: hex },
  },
];

/** Bytes are shown, and read back, as `0x` and their hex. */
function hex(text: string): string {
  if (/^0x([0-9a-f]{2})*$/.test(text)) return `x'${text.slice(2)}'`;
  throw new Error(`Found "${text}"; expected bytes as hex.`);
}

const byType = new Map(kinds.flatMap((kind) => kind.types.map((type) => [type, kind])));

/** Whether values of this type can be compared. */
export const isKnown = ({ type }: Column): boolean => byType.has(type);

/** Whether two texts may be one value: by case, by blanks at the end, or 0 and -0. */
export const isLoose = ({ type, collation }: Column): boolean =>
  ['float', 'double'].includes(type) || (collation !== null && !['enum', 'set'].includes(type));

function kindOf({ type }: Column): Kind {
  const kind = byType.get(type);
  if (kind === undefined) throw new Error(`Found the type ${type}, which is not compared.`);
  return kind;
}

/** A name as SQL takes it, whatever is in it. */
export const identifier = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** For SQL: the value as text or bytes; NULL stays one. */
export const textOf = (column: Column): string => kindOf(column).text(identifier(column.name));

/** For SQL: what a column is ordered and compared by, as its index is wherever that is possible. */
export const orderOf = (column: Column): string =>
  (kindOf(column).order ?? itself)(identifier(column.name));

/** A value as a literal of SQL. */
export const literalOf = (column: Column, text: string | null): string =>
  text === null ? 'NULL' : kindOf(column).literal(text);

/**
 * For SQL: letters that stand for a value and for no other one. Never NULL but where a function
 * gave up, such as at `max_allowed_packet`: then the whole row has no hash, which is an error.
 */
export function prepared(column: Column): string {
  const { text, bytes = text, isLong = false } = kindOf(column);
  const value = bytes(identifier(column.name));
  const letters = isLong ? `SHA2(${value}, 256)` : `HEX(${value})`;
  return `IF(${identifier(column.name)} IS NULL, '-', ${letters})`;
}

/** A text literal, for what is no column. */
export const textLiteral = quoted;
