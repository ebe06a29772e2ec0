import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import type { LeftOut, SequenceReport } from '../../core/reconcile/comparison.ts';
import { nameOf } from '../../core/reconcile/comparison.ts';
import type { Side, Sides } from './side.ts';
import { quoted } from './tables.ts';

const Sequence = z.object({
  schema: z.string(),
  name: z.string(),
  /** The last value that was given out, or the one before the first if none was. */
  last: z.string(),
  step: z.string(),
  /** Whether the role may read it: PostgreSQL gives no value otherwise, as if none was drawn. */
  isReadable: z.boolean(),
});

const SEQUENCES = `
  SELECT schemaname AS schema, sequencename AS name,
    has_sequence_privilege(format('%I.%I', schemaname, sequencename), 'SELECT, USAGE')
      AS "isReadable",
    coalesce(last_value::numeric, start_value::numeric - increment_by)::text AS last,
    increment_by::text AS step
  FROM pg_sequences`;

/** What became of the sequences of both sides. */
export interface Sequences {
  /** Those that the old primary moved further than the writer. */
  readonly ahead: readonly SequenceReport[];
  readonly leftOut: readonly LeftOut[];
}

/** Compares the sequences. One that cannot be read on a side is left out, and said so. */
export async function compareSequences({ old, writer }: Sides): Promise<Sequences> {
  const [there, here] = await Promise.all([
    old.query(Sequence, SEQUENCES),
    writer.query(Sequence, SEQUENCES),
  ]);
  const ahead: SequenceReport[] = [];
  const leftOut: LeftOut[] = [];
  for (const { schema, name, last, step, isReadable } of there) {
    const same = here.find((each) => each.schema === schema && each.name === name);
    if (same === undefined) continue;
    if (!isReadable || !same.isReadable) {
      const side = isReadable ? writer : old;
      const why = `${side.name} does not let this role read it: grant SELECT on it.`;
      leftOut.push({ table: `sequence ${nameOf({ schema, name })}`, why, rows: 0 });
    } else if (stepsBehind(same.last, last, step) > 0n) {
      ahead.push({ schema, name, old: last, writer: same.last });
    }
  }
  return { ahead, leftOut };
}

/** How many values lie between; not more than 0 if it is not behind. */
const stepsBehind = (last: string, target: string, step: string): bigint =>
  (BigInt(target) - BigInt(last)) / BigInt(step);

/** More values than this are not drawn one by one: somebody has to look first. */
const MOST_VALUES = 10_000_000n;
const VALUES_AT_ONCE = 10_000n;

/**
 * Moves a sequence of the writer past the value that the old primary had given out, by drawing
 * values: others may draw at the same time, and it never goes back.
 * @throws NotReadyError if it could not be moved so far, with what to do
 */
export async function moveSequence(writer: Side, report: SequenceReport): Promise<void> {
  const { schema, name, old } = report;
  const behind = async (): Promise<bigint> => {
    const sql = `${SEQUENCES} WHERE schemaname = $1 AND sequencename = $2`;
    const [sequence] = await writer.query(Sequence, sql, [schema, name]);
    if (sequence === undefined) return 0n;
    const steps = stepsBehind(sequence.last, old, sequence.step);
    return steps > 0n ? steps : 0n;
  };
  let left = await behind();
  let why = 'it is too far behind to be moved without somebody looking';
  if (left <= MOST_VALUES) {
    try {
      // Others may draw meanwhile, which only helps: as many turns as the distance needs.
      for (let drawn = 0n; left > 0n && drawn < MOST_VALUES; drawn += VALUES_AT_ONCE) {
        await draw(writer, report, left < VALUES_AT_ONCE ? left : VALUES_AT_ONCE);
        left = await behind();
      }
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
  }
  if (left === 0n) return;
  throw new NotReadyError(
    `The sequence ${nameOf(report)} of ${writer.name} is ${left} values behind the old primary: ${why}. ` +
      `What it numbers next may collide. Move it: SELECT setval('${quoted(report)}', ${old});`,
  );
}

async function draw(writer: Side, sequence: SequenceReport, values: bigint): Promise<void> {
  await writer.run('SELECT nextval($1::regclass) FROM generate_series(1, $2::bigint)', [
    quoted(sequence),
    values.toString(),
  ]);
}
