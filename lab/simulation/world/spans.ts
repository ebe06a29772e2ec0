/** A time in which something went on; it may not have ended. */
export interface Span {
  readonly from: number;
  until: number;
}

/** It always went on. */
export function always(): Span[] {
  return [{ from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }];
}

/** Notes that it goes on from now, or that it ends. */
export function note(spans: Span[], goesOn: boolean, at: number): void {
  const last = spans.at(-1);
  const wentOn = last?.until === Number.POSITIVE_INFINITY;
  if (goesOn && !wentOn) spans.push({ from: at, until: Number.POSITIVE_INFINITY });
  if (!goesOn && last !== undefined && wentOn) last.until = at;
}

/** The last instant, not after this one, in which it went on. */
export function lastOf(spans: readonly Span[], at: number): number {
  const last = spans.findLast(({ from }) => from <= at);
  return Math.min(at, last?.until ?? Number.NEGATIVE_INFINITY);
}
