import type { Fault } from '../schedule.ts';
import type { CallSummary } from './singles.ts';
import { firstOfEach, kindsFor } from './singles.ts';

/**
 * For pairs one kind of each effect is enough: nothing happened and nobody knows, it happened and
 * nobody knows, it was refused, and the process died. The other kinds are tried one by one.
 */
const pairKinds = ['rejected', 'requestLost', 'replyLost', 'crashAfter', 'crashBefore', 'late'];

/** Faults for the first place of a pair. */
export function firstFaults(calls: readonly CallSummary[]): Fault[] {
  return faultsAt(firstOfEach(calls));
}

/**
 * Faults for the second place: at the calls of the run that already failed once, after its first
 * fault. Retries make calls that no clean run has. In both places calls that are alike are tried
 * once: all of their pairs are three times as many, and the single faults have those calls.
 */
export function secondFaults(first: Fault, calls: readonly CallSummary[]): Fault[] {
  return faultsAt(firstOfEach(calls.filter(({ number }) => number > first.call)));
}

function faultsAt(calls: readonly CallSummary[]): Fault[] {
  return calls.flatMap((call) =>
    kindsFor(call)
      .filter((kind) => pairKinds.includes(kind))
      .filter((kind) => kind !== 'crashBefore' || !call.isMutating)
      .map((kind): Fault => ({ call: call.number, kind, stays: false })),
  );
}
