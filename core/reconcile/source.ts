import * as z from 'zod';

/**
 * What explains the differences. PostgreSQL: a slot of the old primary, or the times of commits
 * (`comparison`). MySQL and MariaDB: the log of the old primary
 * (`binlog`), GTIDs, where one side alone went on, or nothing (`twoWay`).
 */
export const Source = z.strictObject({
  kind: z.enum(['slot', 'comparison', 'gtid', 'twoWay', 'binlog']),
  why: z.string(),
});
export type Source = z.infer<typeof Source>;

/** A source for people. */
export const sourceWords = ({ kind, why }: Source): string => `${sources[kind]} ${why}`;

const sources: Readonly<Record<Source['kind'], string>> = {
  slot: 'A slot of the old primary explains what differs.',
  comparison: 'No slot explains what differs, only the comparison of both sides.',
  binlog: 'The binary log of the old primary explains what differs.',
  gtid: 'The GTIDs of both sides explain what differs.',
  twoWay: 'Nothing explains what differs: only the two sides were compared.',
};
