/** First and last number, both included. */
type Interval = readonly [from: bigint, to: bigint];
type GtidSet = ReadonlyMap<string, readonly Interval[]>;

/**
 * Which transactions two servers do not have in common, by their global transaction identifiers
 * (GTID), for people: `3e11fa47-…:6-9`, `0-1-101 to 0-1-105`. Undefined if they cannot tell.
 */
export interface Apart {
  /** Those that the old primary has, and the writer never got. */
  readonly old: readonly string[];
  /** Those that the writer has, and the old primary never got. */
  readonly writer: readonly string[];
  /** Whether both have at least one by an identifier that no two servers give. */
  readonly areKin: boolean;
  /** What the writer has, as a server is told it that is to send the rest. */
  readonly resumeAfter: string;
  /** The transactions of `old`, server by server. */
  readonly lost: GtidSet;
  /** Whether numbers within an interval may belong to another server (MariaDB). */
  readonly hasGaps: boolean;
}

/**
 * Reads `gtid_executed` of both sides (MySQL Reference Manual, GTID Format and Storage): server by
 * server intervals of numbers, since MySQL 8.3 also under a tag.
 */
export function apartByMysql(old: string, writer: string): Apart | undefined {
  const [there, here] = [readSet(old), readSet(writer)];
  if (there.size === 0 || here.size === 0) return undefined;
  const rest = { old: subtract(there, here), writer: subtract(here, there) };
  const count = (set: GtidSet): bigint => countOf([...set.values()].flat());
  return {
    ...{ old: wordsOf(rest.old), writer: wordsOf(rest.writer) },
    areKin: count(rest.old) < count(there),
    ...{ resumeAfter: writer.replaceAll(/\s/g, ''), lost: rest.old, hasGaps: false },
  };
}

function readSet(text: string): GtidSet {
  const set = new Map<string, Interval[]>();
  for (const part of text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)) {
    const [server = '', ...items] = part.split(':').map((each) => each.trim().toLowerCase());
    let source = server;
    for (const item of items) {
      const interval = /^(\d+)(?:-(\d+))?$/.exec(item);
      const [, from, to = from] = interval ?? [];
      if (from === undefined || to === undefined) source = `${server}:${item}`;
      else set.set(source, [...(set.get(source) ?? []), [BigInt(from), BigInt(to)]]);
    }
  }
  return set;
}

function subtract(set: GtidSet, other: GtidSet): GtidSet {
  const left = [...set].map(([source, own]): [string, Interval[]] => {
    const gone = other.get(source) ?? [];
    return [source, gone.reduce((rest, [from, to]) => without(rest, from, to), [...own])];
  });
  return new Map(left.filter(([, own]) => own.length > 0));
}

const without = (intervals: readonly Interval[], from: bigint, to: bigint): Interval[] =>
  intervals.flatMap(([first, last]): Interval[] => {
    if (last < from || first > to) return [[first, last]];
    return [
      ...(first < from ? [[first, from - 1n] as const] : []),
      ...(last > to ? [[to + 1n, last] as const] : []),
    ];
  });

const wordsOf = (set: GtidSet): string[] =>
  [...set].map(([source, own]) => [source, ...own.map(intervalWords)].join(':'));

const intervalWords = ([from, to]: Interval): string => (from === to ? `${from}` : `${from}-${to}`);

/** The last number that a server gave in a domain. */
interface Position {
  readonly domain: string;
  readonly server: string;
  readonly last: bigint;
}

/**
 * Reads what both sides have seen, as `domain-server-number` (MariaDB documentation, Global
 * Transaction ID). Numbers of a domain go up from server to server: what both know of a server is
 * the fork, and what lies behind it came later. Every server may be called 1: this proves no kinship.
 */
export function apartByMariadb(old: string, writer: string): Apart | undefined {
  const [there, here] = [readPositions(old), readPositions(writer)];
  if (there.length === 0 || here.length === 0) return undefined;
  const forks = new Map<string, Position | undefined>();
  for (const domain of new Set(there.map((each) => each.domain))) {
    const others = here.filter((each) => each.domain === domain);
    const shared = there.flatMap((each) => {
      const same = others.find(({ server }) => each.domain === domain && server === each.server);
      return same === undefined ? [] : [each.last < same.last ? each : same];
    });
    if (others.length > 0 && shared.length === 0) return undefined;
    forks.set(domain, shared.toSorted((a, b) => (a.last < b.last ? 1 : -1))[0]);
  }
  const behind = (own: readonly Position[], other: readonly Position[]): [Position, bigint][] =>
    own.flatMap((each): [Position, bigint][] => {
      const { domain, server, last } = each;
      const same = other.find((one) => one.domain === domain && one.server === server);
      // Where the other side knows nothing of a server, it had all of it before the fork.
      const known = same?.last ?? forks.get(domain)?.last ?? 0n;
      return last > known ? [[each, known + 1n]] : [];
    });
  const words = (rest: readonly [Position, bigint][]): string[] =>
    rest.map(([{ domain, server, last }, first]) => {
      const [begin, end] = [`${domain}-${server}-${first}`, `${domain}-${server}-${last}`];
      return first === last ? end : `${begin} to ${end}`;
    });
  const lost = behind(there, here);
  return {
    ...{ old: words(lost), writer: words(behind(here, there)), areKin: false, hasGaps: true },
    resumeAfter: [...forks.values()]
      .flatMap((fork) => (fork === undefined ? [] : `${fork.domain}-${fork.server}-${fork.last}`))
      .join(','),
    lost: new Map(
      lost.map(([{ domain, server, last }, first]) => [`${domain}-${server}`, [[first, last]]]),
    ),
  };
}

/** Tells the lost transactions of a log from others, and when the last of them was seen. */
export function createExpected({ lost, hasGaps }: Apart) {
  const left = new Map([...lost].map(([source, own]) => [source, countOf(own)]));
  return {
    /** Whether it is one of them. */
    take(gtid: string): boolean {
      const [, source = '', digits = ''] = /^(.*)[:-](\d+)$/.exec(gtid.toLowerCase()) ?? [];
      const number = BigInt(digits === '' ? 0 : digits);
      const own = lost.get(source) ?? [];
      if (!own.some(([from, to]) => number >= from && number <= to)) return false;
      const isLast = number === own.at(-1)?.[1];
      left.set(source, hasGaps ? (isLast ? 0n : 1n) : (left.get(source) ?? 0n) - 1n);
      return true;
    },
    isComplete: (): boolean => [...left.values()].every((count) => count === 0n),
  };
}

const countOf = (own: readonly Interval[]): bigint =>
  own.reduce((sum, [from, to]) => sum + to - from + 1n, 0n);

/** Of each server the highest number: binary log and what was replicated are read together. */
function readPositions(text: string): Position[] {
  const most = new Map<string, Position>();
  for (const [, domain = '', server = '', last = ''] of text.matchAll(/(\d+)-(\d+)-(\d+)/g)) {
    const position = { domain, server, last: BigInt(last) };
    const known = most.get(`${domain}-${server}`);
    if (known === undefined || known.last < position.last)
      most.set(`${domain}-${server}`, position);
  }
  return [...most.values()];
}
