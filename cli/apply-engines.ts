import { applyUnits as applyToMysql } from '../aws/mysql/apply.ts';
import { openWriter } from '../aws/mysql/writer-side.ts';
import { applyUnits } from '../aws/postgres/apply.ts';
import { openSide } from '../aws/postgres/side.ts';
import type { Approval } from '../core/reconcile/approved.ts';
import { isOfMysql } from '../core/reconcile/comparison.ts';
import type { Report } from '../core/reconcile/report-files.ts';
import type { Settled } from '../core/reconcile/settled.ts';

/** Units that are applied as they are asked for, and how to end the session that does it. */
interface Units {
  readonly units: AsyncIterable<Settled>;
  readonly close: () => Promise<void>;
}

/** Opens the writer as a report's kind of database wants it. */
export async function openUnits(
  { head, rows }: Report,
  url: string,
  approval: Approval,
): Promise<Units> {
  const { origin, sequences } = head;
  if (isOfMysql(origin)) {
    const writer = await openWriter('The writer', url);
    const units = applyToMysql(writer, { origin, rows, sequences }, approval);
    return { units, close: () => writer.close() };
  }
  const writer = await openSide('The writer', url, 'writes');
  const units = applyUnits(writer, { origin, rows, sequences }, approval);
  return { units, close: () => writer.close() };
}
