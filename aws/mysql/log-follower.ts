import type { AnyBinlogEvent, BinlogEventByName, BinlogEventName } from '@vlasky/zongji';
import type { Transaction } from '../../core/reconcile/units.ts';
import { oneLine } from '../../core/text.ts';
import { DecodeError } from '../reconcile/errors.ts';

/** A row as the log has it: values as the reader of the log makes them. */
export type Image = Readonly<Record<string, unknown>>;

/** A change of one row by a lost transaction. */
export interface Step {
  readonly table: string;
  readonly op: 'insert' | 'update' | 'delete';
  readonly before: Image | undefined;
  readonly after: Image | undefined;
  readonly transaction: Transaction;
}

/** Which transactions are lost, and when the last of them was seen. */
interface Expected {
  take(gtid: string): boolean;
  isComplete(): boolean;
}

/** What is asked of the log; everything else is passed over. */
export const FOLLOWED: readonly BinlogEventName[] = [
  ...(['tablemap', 'writerows', 'updaterows', 'deleterows', 'query', 'xid', 'xaprepare'] as const),
  ...(['gtid', 'anonymousgtid', 'mariadbgtid'] as const),
];

/** Statements that change no row of a table that was there before. */
const HARMLESS = [
  /^CREATE (?!OR REPLACE)/i,
  /^(GRANT|REVOKE|SET|FLUSH|ANALYZE)\b/i,
  /^(DROP|ALTER|RENAME) (USER|ROLE|VIEW|PROCEDURE|FUNCTION|TRIGGER|EVENT)\b/i,
];
const LONGEST = 80;

const isOf = <N extends BinlogEventName>(
  event: AnyBinlogEvent,
  name: N,
): event is BinlogEventByName<N> => event.getEventName() === name;

/**
 * Follows the transactions of a log, one after another, as they were committed. Answers whether the
 * last lost one has ended.
 * @throws DecodeError, at an event, if the log does not tell every row that was changed
 */
export function createFollower(
  expected: Expected,
  take: (step: Step) => void,
): (event: AnyBinlogEvent) => boolean {
  let current: Transaction | undefined;
  let isOpen = false;
  let place = 0;
  const begin = (gtid: string, timestamp: number): void => {
    isOpen = false;
    place += 1;
    // The log has the time to the second.
    const committedAt = new Date(timestamp).toISOString();
    current = expected.take(gtid) ? { xid: gtid, committedAt, place } : undefined;
  };
  const hasEnded = (): boolean => {
    const wasLost = current !== undefined;
    current = undefined;
    return wasLost && expected.isComplete();
  };
  const statement = (query: string): boolean => {
    const text = query.trim();
    if (/^(BEGIN|START TRANSACTION)\b/i.test(text)) {
      isOpen = true;
      return false;
    }
    if (/^COMMIT$/i.test(text)) return hasEnded();
    if (current === undefined || /^(RELEASE )?SAVEPOINT\b/i.test(text)) return false;
    if (!HARMLESS.some((each) => each.test(text)))
      throw new DecodeError(`it has a statement without its rows: ${oneLine(text, LONGEST)}`);
    return isOpen ? false : hasEnded();
  };
  const rows = (event: RowsOf, op: Step['op']): void => {
    if (current === undefined) return;
    const table = event.tableMap[event.tableId]?.tableName ?? '';
    assertWhole(event, table);
    for (const row of event.rows) {
      const [before, after] = isUpdate(row)
        ? [row.before, row.after]
        : op === 'insert'
          ? [undefined, row]
          : [row, undefined];
      take({ table, op, before, after, transaction: current });
    }
  };
  return (event) => {
    if (isOf(event, 'gtid')) begin(event.gtid, event.timestamp);
    if (isOf(event, 'mariadbgtid')) {
      begin(event.gtid, event.timestamp);
      isOpen = !event.standalone;
      if (current !== undefined && (event.preparedXa || event.completedXa))
        throw new DecodeError('it has a transaction of XA');
    }
    if (isOf(event, 'anonymousgtid')) throw new DecodeError('it has a transaction without a GTID');
    if (isOf(event, 'xaprepare')) throw new DecodeError('it has a transaction of XA');
    if (isOf(event, 'writerows')) rows(event, 'insert');
    if (isOf(event, 'updaterows')) rows(event, 'update');
    if (isOf(event, 'deleterows')) rows(event, 'delete');
    if (isOf(event, 'query')) return statement(event.query);
    return isOf(event, 'xid') ? hasEnded() : false;
  };
}

type RowsOf = BinlogEventByName<'writerows' | 'updaterows' | 'deleterows'>;

const isUpdate = (
  row: RowsOf['rows'][number],
): row is { readonly before: Record<string, unknown>; readonly after: Record<string, unknown> } =>
  typeof row['before'] === 'object' && typeof row['after'] === 'object';

/** A column that is not in the log looks like NULL (binlog_row_image, also of one session). */
function assertWhole(event: RowsOf, table: string): void {
  for (const name of ['columns_present_bitmap', 'columns_present_bitmap2']) {
    const bitmap: unknown = Reflect.get(event, name);
    if (bitmap === undefined && name === 'columns_present_bitmap2') continue;
    if (!Buffer.isBuffer(bitmap)) throw new DecodeError('it does not say which columns it has');
    for (let at = 0; at < event.numberOfColumns; at += 1) {
      if (((bitmap[at >> 3] ?? 0) & (1 << (at & 7))) === 0)
        throw new DecodeError(`it has not every column of ${table} (binlog_row_image is not FULL)`);
    }
  }
}
