import * as z from 'zod';
import type { LeftOut, SequenceReport } from '../../core/reconcile/comparison.ts';
import { identifier, textLiteral } from './columns.ts';
import type { Side, Sides } from './side.ts';

/** What gives out numbers: the AUTO_INCREMENT of a table, or a sequence of MariaDB. */
const Counter = z.object({
  name: z.string(),
  /** The last number that was given out, or the one before the first. */
  last: z.string(),
  step: z.string(),
});
type Counter = z.infer<typeof Counter>;

const COUNTERS = `
  SELECT CONCAT(TABLE_NAME, ' (AUTO_INCREMENT)') AS name, CAST(AUTO_INCREMENT AS CHAR) AS last,
    '1' AS step
  FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = DATABASE() AND AUTO_INCREMENT IS NOT NULL
  ORDER BY TABLE_NAME`;

const Name = z.object({ name: z.string() });
const SEQUENCES = `
  SELECT TABLE_NAME AS name FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'SEQUENCE'
  ORDER BY TABLE_NAME`;

/** The names of the sequences of MariaDB; MySQL has none. */
export async function sequencesOf(side: Side): Promise<readonly string[]> {
  return (await side.query(Name, SEQUENCES)).map(({ name }) => name);
}

async function countersOf(side: Side): Promise<readonly Counter[]> {
  const counters = [...(await tableCounters(side))];
  for (const name of await sequencesOf(side)) {
    const counter = await sequenceCounter(side, name);
    if (counter !== undefined) counters.push(counter);
  }
  return counters;
}

async function tableCounters(side: Side): Promise<readonly Counter[]> {
  const tables = await side.query(Counter, COUNTERS);
  return tables.map((each) => ({ ...each, last: `${BigInt(each.last) - 1n}` }));
}

async function sequenceCounter(side: Side, name: string): Promise<Counter | undefined> {
  const sql = `
    SELECT ${textLiteral(`sequence ${name}`)} AS name,
      CAST(next_not_cached_value - increment AS CHAR) AS last, CAST(increment AS CHAR) AS step
    FROM ${identifier(name)}`;
  return (await side.query(Counter, sql))[0];
}

/** Whether a counter has still to come to a number. */
export const isBehind = ({ last, step }: Pick<Counter, 'last' | 'step'>, number: string): boolean =>
  (BigInt(number) - BigInt(last)) * (BigInt(step) < 0n ? -1n : 1n) > 0n;

/**
 * Where a counter of a side is, by the name that a report gives it; undefined if there is none, or it
 * may not be seen. Nothing else is read: a table may be locked.
 */
export async function lastOf(side: Side, name: string): Promise<Counter | undefined> {
  const sequence = /^sequence (.*)$/s.exec(name)?.[1];
  if (sequence === undefined) return (await tableCounters(side)).find((each) => each.name === name);
  const isThere = (await sequencesOf(side)).includes(sequence);
  return isThere ? await sequenceCounter(side, sequence) : undefined;
}

/** The counters that the old primary moved further than the writer, and those that only it has. */
export async function compareCounters({ old, writer }: Sides): Promise<{
  readonly ahead: readonly SequenceReport[];
  readonly leftOut: readonly LeftOut[];
}> {
  const [there, here] = await Promise.all([countersOf(old), countersOf(writer)]);
  const ahead: SequenceReport[] = [];
  const leftOut: LeftOut[] = [];
  for (const { name, last, step } of there) {
    const same = here.find((each) => each.name === name);
    if (same === undefined) {
      // A table that the writer lacks is listed by itself.
      if (!name.startsWith('sequence ')) continue;
      leftOut.push({ table: name, why: 'The writer has no such sequence.', rows: 0 });
    } else if (isBehind({ last: same.last, step }, last)) {
      ahead.push({ schema: '', name, old: last, writer: same.last });
    }
  }
  return { ahead, leftOut };
}
