import * as z from 'zod';
import type { RowClass } from './row-class.ts';
import type { Source } from './source.ts';

/** Classes of rows that are not the same on both sides. */
export const rowClasses = [
  'lostInsert',
  'lostUpdate',
  'lostDelete',
  'conflict',
  'unclear',
  'changedHere',
] as const satisfies readonly RowClass[];

/** Classes of rows that need somebody: all but those that the writer changed since. */
export const lostClasses = [
  'lostInsert',
  'lostUpdate',
  'lostDelete',
  'conflict',
  'unclear',
] as const satisfies readonly RowClass[];
export type LostClass = (typeof lostClasses)[number];

/** A version of a row: each column as its database writes it as text, null for NULL. */
export const Values = z.record(z.string(), z.string().nullable());
export type Values = z.infer<typeof Values>;

/** Which row: its table and its primary key, column by column. */
export const RowName = z.strictObject({
  /** Empty where a database has none (MySQL). */
  schema: z.string(),
  name: z.string(),
  key: z.record(z.string(), z.string()),
});
export type RowName = z.infer<typeof RowName>;

/** Something in the way of applying a row. */
export const Obstacle = z.strictObject({
  /**
   * `collision`: the writer has a unique value in another row. `orphan`: a row that it needs is not
   * there. `parent`: the row that it needs was written on both sides, and may be another one there.
   * `children`: rows refer to it. `trigger`: one would fire a second time. `leftOut`: its
   * transaction also wrote to a table that was not compared.
   */
  kind: z.enum(['collision', 'orphan', 'parent', 'children', 'trigger', 'leftOut']),
  /** The columns that collide; none for the other kinds. */
  columns: z.array(z.string()),
  /** The row that has to be applied first, or the table that was left out; null for neither. */
  needs: RowName.nullable(),
  why: z.string(),
});
export type Obstacle = z.infer<typeof Obstacle>;

/** One row of the old primary that needs somebody. */
export const RowReport = RowName.extend({
  class: z.enum(lostClasses),
  why: z.string(),
  /** The transaction of the old primary that wrote or deleted it last; null if that is not known. */
  transaction: z
    .strictObject({
      xid: z.string(),
      committedAt: z.string(),
      /** Its place in the old primary's log, where the time alone is no name: several a second. */
      place: z.int().optional(),
    })
    .nullable(),
  /** The versions; null where a side has none. */
  old: Values.nullable(),
  writer: Values.nullable(),
  /** The version at the fork; null where there was none, or nobody knows it. */
  base: Values.nullable(),
  /** What tells these versions from every other one of their row; null where a side has none. */
  oldPrint: z.string().nullable(),
  writerPrint: z.string().nullable(),
  /** Rows of one unit are applied together or not at all: see `units.ts`. */
  unit: z.string(),
  /** What stands in the way of applying it. */
  obstacles: z.array(Obstacle),
});
export type RowReport = z.infer<typeof RowReport>;

/** How many rows of a table came to which class; rows that are the same are not counted. */
export const Counts = z.strictObject({
  lostInsert: z.int(),
  lostUpdate: z.int(),
  lostDelete: z.int(),
  conflict: z.int(),
  unclear: z.int(),
  changedHere: z.int(),
});
export type Counts = z.infer<typeof Counts>;

/** What a comparison found in one table. */
export const TableReport = z.strictObject({ table: z.string(), counts: Counts });
export type TableReport = z.infer<typeof TableReport>;

/** A sequence of which the old primary has given out values that the writer has not: the last ones. */
export const SequenceReport = z.strictObject({
  schema: z.string(),
  name: z.string(),
  old: z.string(),
  writer: z.string(),
});
export type SequenceReport = z.infer<typeof SequenceReport>;

/** Which databases of PostgreSQL were compared. */
export const Origin = z.strictObject({
  /** Identifier of the cluster that both come from. */
  systemId: z.string(),
  /** The timeline of the writer: it began with its promotion. */
  writerTimeline: z.int(),
  database: z.string(),
});
export type Origin = z.infer<typeof Origin>;

/** Which databases of MySQL or MariaDB were compared. */
export const MysqlOrigin = z.strictObject({
  engine: z.enum(['MySQL', 'MariaDB']),
  /** What the servers call themselves. */
  oldServer: z.string(),
  writerServer: z.string(),
  database: z.string(),
});
export type MysqlOrigin = z.infer<typeof MysqlOrigin>;

/** Databases of either kind. */
export const AnyOrigin = z.union([Origin, MysqlOrigin]);
export type AnyOrigin = z.infer<typeof AnyOrigin>;

/** Whether databases of MySQL or MariaDB were compared: the state machine applies nothing to those. */
export const isOfMysql = (origin: AnyOrigin): origin is MysqlOrigin => 'engine' in origin;

/** What two databases do not have in common. */
export interface Comparison<O extends AnyOrigin = Origin> {
  readonly origin: O;
  readonly source: Source;
  readonly tables: readonly TableReport[];
  readonly leftOut: readonly LeftOut[];
  /** Rows that need somebody: all but those that the writer changed since. */
  readonly rows: readonly RowReport[];
  readonly sequences: readonly SequenceReport[];
  /** What this comparison cannot see, in sentences. */
  readonly blindSpots: readonly string[];
}

/** A table that is left out, and why; its rows are counted, so that nothing is left out silently. */
export const LeftOut = z.strictObject({
  table: z.string(),
  why: z.string(),
  rows: z.int(),
  /** Whether nobody can say how much it is: the old primary did not stand still. */
  mayGrow: z.literal(true).optional(),
});
export type LeftOut = z.infer<typeof LeftOut>;

/** No row in any class. */
export const noCounts: Counts = {
  changedHere: 0,
  lostInsert: 0,
  lostUpdate: 0,
  lostDelete: 0,
  conflict: 0,
  unclear: 0,
};

/** Each class in words that follow a number of rows. */
export const rowWords: Readonly<Record<keyof Counts, string>> = {
  changedHere: 'changed by the writer since',
  lostInsert: 'inserted on the old primary only',
  lostUpdate: 'changed on the old primary only',
  lostDelete: 'deleted on the old primary only',
  conflict: 'changed on both sides',
  unclear: 'different, and it cannot be told who wrote last',
};

/** Which servers were compared, for people. */
export const originWords = (origin: AnyOrigin): string =>
  isOfMysql(origin)
    ? `${origin.engine}: ${origin.oldServer} and ${origin.writerServer}`
    : `Cluster ${origin.systemId}, timeline ${origin.writerTimeline}`;

/** A table's name for people. */
export const nameOf = ({ schema, name }: Pick<RowReport, 'schema' | 'name'>): string =>
  schema === 'public' || schema === '' ? name : `${schema}.${name}`;

/** A key for people: `id=5`, `year=2026 number=7`. */
export const keyWords = ({ key }: Pick<RowReport, 'key'>): string =>
  Object.entries(key)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

/** The same for the same row, and for no other: names may hold any character. */
export const rowId = ({ schema, name, key }: RowName): string =>
  JSON.stringify([schema, name, ...Object.entries(key).flat()]);
