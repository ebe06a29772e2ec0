import * as z from 'zod';
import type { SequenceReport } from '../../core/reconcile/comparison.ts';
import type { Sides } from './differences.ts';
import type { Side } from './side.ts';
import { quoted } from './tables.ts';

const Sequence = z.object({
  schema: z.string(),
  name: z.string(),
  /** The last value that was given out, or the one before the first if none was. */
  last: z.string(),
  step: z.string(),
});

const SEQUENCES = `
  SELECT schemaname AS schema, sequencename AS name,
    coalesce(last_value::numeric, start_value::numeric - increment_by)::text AS last,
    increment_by::text AS step
  FROM pg_sequences`;

/** Sequences that the old primary moved further than the writer. */
export async function sequencesAhead({ old, writer }: Sides): Promise<readonly SequenceReport[]> {
  const [there, here] = await Promise.all([
    old.query(Sequence, SEQUENCES),
    writer.query(Sequence, SEQUENCES),
  ]);
  return there.flatMap(({ schema, name, last, step }) => {
    const same = here.find((each) => each.schema === schema && each.name === name);
    if (same === undefined || stepsBehind(same.last, last, step) <= 0n) return [];
    return [{ schema, name, old: last, writer: same.last }];
  });
}

/** How many values lie between; not more than 0 if it is not behind. */
const stepsBehind = (last: string, target: string, step: string): bigint =>
  (BigInt(target) - BigInt(last)) / BigInt(step);

/** More values than this are not drawn one by one: somebody has to look first. */
const MOST_VALUES = 10_000_000n;
const VALUES_AT_ONCE = 10_000n;

/**
 * Moves a sequence of the writer past the value that the old primary had given out, by drawing
 * values: others may draw at the same time, and it never goes back. How many it is still behind,
 * 0 if it is not.
 */
export async function moveSequence(
  writer: Side,
  { schema, name, old }: SequenceReport,
): Promise<bigint> {
  const behind = async (): Promise<bigint> => {
    const sql = `${SEQUENCES} WHERE schemaname = $1 AND sequencename = $2`;
    const [sequence] = await writer.query(Sequence, sql, [schema, name]);
    if (sequence === undefined) return 0n;
    const steps = stepsBehind(sequence.last, old, sequence.step);
    return steps > 0n ? steps : 0n;
  };
  let left = await behind();
  if (left > MOST_VALUES) return left;
  // Others may draw meanwhile, which only helps: as many turns as the distance needs.
  for (let drawn = 0n; left > 0n && drawn < MOST_VALUES; drawn += VALUES_AT_ONCE) {
    const values = left < VALUES_AT_ONCE ? left : VALUES_AT_ONCE;
    await writer.run('SELECT nextval($1::regclass) FROM generate_series(1, $2::bigint)', [
      quoted({ schema, name }),
      values.toString(),
    ]);
    left = await behind();
  }
  return left;
}
