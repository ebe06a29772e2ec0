import { NotReadyError } from '../../core/errors.ts';
import type { SequenceReport } from '../../core/reconcile/comparison.ts';
import { identifier } from './columns.ts';
import { isBehind, lastOf } from './counters.ts';
import { ServerError } from './errors.ts';
import type { WriterSide } from './writer-side.ts';

/**
 * The statement that moves a counter past what the old primary gave out. SETVAL never goes back;
 * ALTER TABLE does, and is run only where the counter is behind, while nobody else can draw from it.
 */
export function counterSql({ name, old }: Pick<SequenceReport, 'name' | 'old'>) {
  const sequence = /^sequence (.*)$/s.exec(name)?.[1];
  const table = name.replace(/ \(AUTO_INCREMENT\)$/, '');
  return sequence === undefined
    ? { table, sql: `ALTER TABLE ${identifier(table)} AUTO_INCREMENT = ${BigInt(old) + 1n}` }
    : { table: undefined, sql: `SELECT SETVAL(${identifier(sequence)}, ${BigInt(old)})` };
}

/**
 * Moves a counter of the writer past the value that the old primary had given out. ALTER TABLE ends a
 * transaction: this is done before any. @throws NotReadyError if it could not be moved, with what to do
 */
export async function moveCounter(writer: WriterSide, report: SequenceReport): Promise<void> {
  const { table, sql } = counterSql(report);
  const isStill = async (): Promise<boolean> => {
    const last = await lastOf(writer, report.name);
    if (last !== undefined) return isBehind(last, report.old);
    throw new NotReadyError(
      `${report.name} is not on ${writer.name}, or this role may not see it: whether what it numbers ` +
        'next collides is not known.',
    );
  };
  if (!(await isStill())) return;
  let why = 'it did not move';
  try {
    if (table !== undefined) await writer.run(`LOCK TABLES ${identifier(table)} WRITE`);
    if (await isStill()) await writer.run(sql);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    why = error.message;
  } finally {
    if (table !== undefined) await writer.run('UNLOCK TABLES').catch(() => 0);
  }
  if (!(await isStill())) return;
  throw new NotReadyError(
    `${report.name} of ${writer.name} is behind the old primary, which gave out ${report.old}: ${why}. ` +
      `What it numbers next may collide. The role needs LOCK TABLES and ALTER, or INSERT on a sequence; or move it: ${sql};`,
  );
}
