import * as z from 'zod';
import { nameOf } from '../../core/reconcile/comparison.ts';
import type { Values } from '../../core/reconcile/comparison.ts';
import type { Transaction } from '../../core/reconcile/units.ts';
import type { Seen } from '../reconcile/origins.ts';
import type { Key } from '../reconcile/table-reader.ts';
import { DecodeError } from '../reconcile/errors.ts';
import { ask } from './origins.ts';
import type { Stamps } from './origins.ts';
import { createDecoder } from './pgoutput.ts';
import type { Message } from './pgoutput.ts';
import { createLedger } from '../reconcile/seen.ts';
import type { Draft, Ledger, Watched } from '../reconcile/seen.ts';
import type { Side, Sides } from './side.ts';
import { SLOT } from './slot-state.ts';
import type { Table } from './tables.ts';
import { asTexts } from './texts.ts';
import { writtenColumns } from './versions.ts';

/** Everything that the old primary committed and the writer lacks, row by row. */
export interface Capture {
  of(table: Table, key: Key): Seen | undefined;
  /** How many transactions the writer lacks, and whether one was read that it has. */
  readonly lost: number;
  readonly beganBeforeFork: boolean;
  readonly truncated: readonly string[];
  readonly blind: readonly string[];
}

/** Messages that are held at a time; what PostgreSQL decoded waits in a temporary file of its own. */
const BATCH = 500;
const Piece = z.object({ data: z.instanceof(Buffer) });

/**
 * Reads the slot from its beginning without moving it: the same again whenever it is read again.
 * What the writer knows with the same time (see `origins.ts`) is passed over.
 * @throws DecodeError if the stream is not understood, or it cannot be told what the writer lacks
 */
export async function readCapture(sides: Sides, tables: readonly Table[]): Promise<Capture> {
  const ledger = createLedger(tables);
  const reading = createReading(ledger);
  const { old } = sides;
  await old.run('BEGIN');
  try {
    await old.run(`
      DECLARE pieces NO SCROLL CURSOR FOR SELECT data FROM pg_logical_slot_peek_binary_changes(
        '${SLOT}', NULL, NULL, 'proto_version', '1', 'publication_names', '${SLOT}')`);
    const decode = createDecoder();
    for (;;) {
      const pieces = await old.query(Piece, `FETCH ${BATCH} FROM pieces`);
      if (pieces.length === 0) break;
      const messages = pieces.map(({ data }) => decode(data));
      await reading.learn(sides, messages);
      for (const message of messages) reading.take(message);
    }
  } finally {
    await old.run('ROLLBACK');
  }
  return await captureOf(sides, ledger, reading);
}

type Reading = ReturnType<typeof createReading>;

/** Follows the transactions of the stream: they come one after another, as they were committed. */
function createReading(ledger: Ledger<Table>) {
  const here: Stamps = new Map();
  let current: Transaction | undefined;
  const counts = { lost: 0, shared: 0 };
  return {
    counts,
    async learn({ writer }: Sides, messages: readonly Message[]): Promise<void> {
      here.clear();
      const xids = messages.flatMap((each) => (each.kind === 'begin' ? each.xid : []));
      await ask(writer, [...new Set(xids)], here);
    },
    take(message: Message): void {
      if (message.kind === 'begin') {
        const isLost = isLostTransaction(message, here);
        counts[isLost ? 'lost' : 'shared'] += 1;
        current = isLost ? { xid: message.xid, committedAt: message.committedAt } : undefined;
      }
      if (message.kind === 'commit') current = undefined;
      if (current === undefined) return;
      if (message.kind === 'truncate') ledger.truncate(message.relations);
      if (message.kind === 'change') ledger.note(message, current);
    },
  };
}

function isLostTransaction({ xid, committedAt }: Transaction, here: Stamps): boolean {
  const stamp = here.get(xid);
  if (stamp === undefined) throw new Error(`Nobody asked about ${xid}.`);
  if (stamp.at === null && stamp.isForgotten)
    throw new DecodeError(`The writer forgot whether it has the transaction ${xid}.`);
  return stamp.at !== committedAt;
}

async function captureOf(
  sides: Sides,
  ledger: Ledger<Table>,
  { counts }: Reading,
): Promise<Capture> {
  const usable = ledger.watched.filter(({ isBlind }) => !isBlind);
  const seen = new Map<string, Seen>();
  for (const watched of usable) await addSeen(sides, watched, seen);
  const names = (flag: 'isTruncated' | 'isBlind'): string[] =>
    ledger.watched.filter((each) => each[flag]).map(({ table }) => nameOf(table));
  return {
    of: (table, key) => seen.get(idOf(table, key)),
    lost: counts.lost,
    beganBeforeFork: counts.shared > 0,
    truncated: names('isTruncated'),
    blind: names('isBlind'),
  };
}

const idOf = ({ schema, name }: Pick<Table, 'schema' | 'name'>, key: Key): string =>
  JSON.stringify([schema, name, key]);

/** Rows that are on their way into what is seen. */
const BATCH_OF_ROWS = 1000;

/** Adds the rows of a table under the keys that the comparison knows them by; empties the drafts. */
async function addSeen(
  { old }: Sides,
  { table, drafts }: Watched<Table>,
  seen: Map<string, Seen>,
): Promise<void> {
  const all = [...drafts.values()];
  drafts.clear();
  while (all.length > 0) {
    // From the end, so that what is done is free.
    const batch = all.splice(-BATCH_OF_ROWS);
    const keys = await asTexts(
      old,
      table,
      table.key,
      batch.map(({ key }) => key),
    );
    const bases = await basesOf(old, table, batch);
    batch.forEach((draft, at) => {
      const key = (keys[at] ?? []).map((part) => part ?? '');
      const { firstOp, transactions } = draft;
      seen.set(idOf(table, key), { firstOp, base: bases.get(draft) ?? null, transactions });
    });
  }
}

async function basesOf(
  old: Side,
  table: Table,
  drafts: readonly Draft[],
): Promise<ReadonlyMap<Draft, Values>> {
  const withBase = drafts.flatMap((draft) =>
    draft.base === null ? [] : { draft, base: draft.base },
  );
  const columns = writtenColumns(table).map(({ name }) => name);
  const given = withBase.map(({ base }) => columns.map((name) => base[name] ?? null));
  const texts = await asTexts(old, table, columns, given);
  return new Map(
    withBase.map(({ draft }, row) => [
      draft,
      Object.fromEntries(columns.map((name, at) => [name, texts[row]?.[at] ?? null])),
    ]),
  );
}
