import type { SimulatedCall } from '../calls.ts';
import { isConsistent, isMutating, signatureOf } from '../calls.ts';
import type { Fault, FaultKind } from '../schedule.ts';

/** What the search has to know of a call; small enough to travel between threads. */
export interface CallSummary {
  readonly number: number;
  /** Who asks whom for what: calls with the same one are alike. */
  readonly signature: string;
  readonly client: string;
  readonly isMutating: boolean;
  readonly isConsistent: boolean;
}

/** The part of a call that the search keeps. */
export function summaryOf(call: SimulatedCall): CallSummary {
  return {
    number: call.number,
    signature: signatureOf(call),
    client: call.client,
    isMutating: isMutating(call),
    isConsistent: isConsistent(call),
  };
}

/**
 * The faults that make a difference at a call. A reading call has no effect to lose, to double or
 * to delay: a lost reply is a lost request there, and a crash after it one before it. The network
 * refuses nobody and throttles nobody.
 */
export function kindsFor({ client, isMutating, isConsistent }: CallSummary): FaultKind[] {
  const isNetwork = client === 'network';
  const always: FaultKind[] = isNetwork
    ? ['requestLost', 'crashBefore']
    : ['rejected', 'throttled', 'requestLost', 'crashBefore'];
  if (isMutating) return [...always, 'replyLost', 'crashAfter', 'duplicate', 'late'];
  return isConsistent ? always : [...always, 'stale'];
}

/** Kinds that a service can go on with: it is broken from some call on. */
export const standing: readonly FaultKind[] = ['rejected', 'throttled', 'requestLost'];

/** Of calls that are alike, so many of the first are tried, and the last one. */
const FIRST_ALIKE = 2;

/** The calls at which faults are tried: polls that repeat themselves are one story. */
export function representatives(calls: readonly CallSummary[]): CallSummary[] {
  const alike = Map.groupBy(calls, ({ signature }) => signature);
  const chosen = [...alike.values()].flatMap((each) => {
    const last = each.at(-1);
    const first = each.slice(0, FIRST_ALIKE);
    return last === undefined || first.includes(last) ? first : [...first, last];
  });
  return chosen.toSorted((a, b) => a.number - b.number);
}

/** The first of those that are alike. */
export function firstOfEach(calls: readonly CallSummary[]): CallSummary[] {
  const first = new Map(calls.toReversed().map((call) => [call.signature, call]));
  return [...first.values()].toSorted((a, b) => a.number - b.number);
}

/** Every single fault at these calls: once, and for the kinds that can last, from there on. */
export function singleFaults(calls: readonly CallSummary[]): Fault[] {
  const chosen = representatives(calls);
  const firsts = new Set<string>();
  return chosen.flatMap((call) => {
    const once = kindsFor(call).map((kind): Fault => ({ call: call.number, kind, stays: false }));
    const [, port = ''] = /^\S+ (.*)$/.exec(call.signature) ?? [];
    if (firsts.has(port)) return once;
    firsts.add(port);
    const kinds = kindsFor(call).filter((kind) => standing.includes(kind));
    return [...once, ...kinds.map((kind): Fault => ({ call: call.number, kind, stays: true }))];
  });
}
