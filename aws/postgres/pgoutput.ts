import type { Values } from '../../core/reconcile/comparison.ts';
import type { Before, Change, Relation } from '../reconcile/change.ts';
import { DecodeError } from '../reconcile/errors.ts';

/** One message of pgoutput, protocol version 1. `other`: nothing that changes a row. */
export type Message =
  | { readonly kind: 'begin'; readonly xid: string; readonly committedAt: string }
  | { readonly kind: 'commit' }
  | { readonly kind: 'truncate'; readonly relations: readonly Relation[] }
  | { readonly kind: 'other' }
  | Change;

/** Reads the messages of one stream in their order: it remembers the tables that were described. */
export function createDecoder(): (bytes: Buffer) => Message {
  const relations = new Map<number, Relation>();
  return (bytes) => {
    const reader = new Reader(bytes);
    const message = messageOf(reader, relations);
    reader.end();
    return message;
  };
}

type Relations = Map<number, Relation>;

function messageOf(reader: Reader, relations: Relations): Message {
  const kind = reader.char();
  switch (kind) {
    case 'B':
      reader.skip(8);
      return { kind: 'begin', committedAt: instantOf(reader.int64()), xid: `${reader.uint32()}` };
    case 'C':
      reader.skip(25);
      return { kind: 'commit' };
    case 'R':
      relations.set(reader.uint32(), readRelation(reader));
      return { kind: 'other' };
    case 'I':
    case 'U':
    case 'D':
      return readChange(kind, reader, relations);
    case 'T': {
      const count = reader.uint32();
      reader.skip(1);
      const ids = Array.from({ length: count }, () => reader.uint32());
      return { kind: 'truncate', relations: ids.map((id) => known(relations, id)) };
    }
    case 'O':
      reader.skip(8);
      reader.text();
      return { kind: 'other' };
    case 'Y':
      reader.skip(4);
      reader.text();
      reader.text();
      return { kind: 'other' };
    default:
      throw new DecodeError(`Found the message "${kind}"; expected one of pgoutput, version 1.`);
  }
}

function readRelation(reader: Reader): Relation {
  const [schema, name] = [reader.text(), reader.text()];
  reader.skip(1);
  const columns = Array.from({ length: reader.uint16() }, () => {
    const isKey = (reader.byte() & 1) === 1;
    const column = { isKey, name: reader.text() };
    reader.skip(8);
    return column;
  });
  return { schema, name, columns };
}

const ops = { I: 'insert', U: 'update', D: 'delete' } as const;

function readChange(kind: keyof typeof ops, reader: Reader, relations: Relations): Change {
  const relation = known(relations, reader.uint32());
  const change = { kind: 'change', op: ops[kind], relation } as const;
  let image = reader.char();
  let before: Before | null = null;
  if (kind !== 'I' && (image === 'K' || image === 'O')) {
    const isFull = image === 'O';
    const values = readTuple(reader, relation, ({ isKey }) => isFull || isKey);
    before = { isFull, values };
    if (kind === 'D') return { ...change, before, after: null };
    image = reader.char();
  }
  if (image !== 'N' || kind === 'D')
    throw new DecodeError(`Found the image "${image}"; expected K, O or N.`);
  return { ...change, before, after: readTuple(reader, relation, () => true) };
}

/** The columns that are wanted and that the message has; an unchanged large value is left out. */
function readTuple(
  reader: Reader,
  { name, columns }: Relation,
  isWanted: (column: Relation['columns'][number]) => boolean,
): Values {
  const count = reader.uint16();
  if (count !== columns.length)
    throw new DecodeError(`Found ${count} columns of ${name}; expected ${columns.length}.`);
  return Object.fromEntries(
    columns.flatMap((column) => {
      const value = readValue(reader);
      return value === undefined || !isWanted(column) ? [] : [[column.name, value] as const];
    }),
  );
}

function readValue(reader: Reader): string | null | undefined {
  const kind = reader.char();
  if (kind === 'n') return null;
  if (kind === 'u') return undefined;
  if (kind === 't') return reader.take(reader.uint32()).toString('utf8');
  throw new DecodeError(`Found a value of kind "${kind}"; expected n, u or t.`);
}

function known(relations: Relations, id: number): Relation {
  const relation = relations.get(id);
  if (relation !== undefined) return relation;
  throw new DecodeError(`Found a change of table ${id}, which the stream has not described.`);
}

const MICROS = 1_000_000n;
/** 2000-01-01, from which PostgreSQL counts. */
const EPOCH_SECONDS = 946_684_800n;

/** An instant to the microsecond, as `origins.ts` has it. */
function instantOf(micros: bigint): string {
  const seconds = new Date(Number(micros / MICROS + EPOCH_SECONDS) * 1000).toISOString();
  return `${seconds.slice(0, 20)}${(micros % MICROS).toString().padStart(6, '0')}Z`;
}

/** Reads bytes from the left; never past the end. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    const to = this.#at + length;
    if (to > this.#bytes.length)
      throw new DecodeError(`Found ${this.#bytes.length} bytes; expected ${to} or more.`);
    const part = this.#bytes.subarray(this.#at, to);
    this.#at = to;
    return part;
  }

  skip = (length: number): unknown => this.take(length);
  byte = (): number => this.take(1).readUInt8();
  char = (): string => String.fromCharCode(this.byte());
  uint16 = (): number => this.take(2).readUInt16BE();
  uint32 = (): number => this.take(4).readUInt32BE();
  int64 = (): bigint => this.take(8).readBigInt64BE();

  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw new DecodeError('Found a text without an end.');
    const text = this.take(end - this.#at).toString('utf8');
    this.skip(1);
    return text;
  }

  end(): void {
    const rest = this.#bytes.length - this.#at;
    if (rest > 0) throw new DecodeError(`Found ${rest} bytes after the end of a message.`);
  }
}
