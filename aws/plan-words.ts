const MAX_SHOWN = 80;

/** A path as people write it: `databases[0].lag.periodSeconds`; `plan` for the document itself. */
export function showPath(path: readonly PropertyKey[]): string {
  const text = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${printable(String(step))}`))
    .join('');
  return text === '' ? 'plan' : text.replace(/^\./, '');
}

/** A value that was found, short, on one line, and safe to print; credentials are left out. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a section';
  if (typeof value !== 'string') return printable(JSON.stringify(value));
  return printable(JSON.stringify(value.replace(/\/\/[^/\s]*@/, '//...@')));
}

/** Text without control and direction characters, which could forge lines on a terminal. */
export function printable(text: string, longest = MAX_SHOWN): string {
  const short = text.length > longest ? `${text.slice(0, longest)}...` : text;
  return short.replaceAll(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** The allowed word that a misspelt one was probably meant to be. */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  const normal = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const scored = allowed
    .map((candidate) => ({ candidate, distance: distance(normal(word), normal(candidate)) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = scored;
  if (best === undefined || word.length > 100) return undefined;
  return best.distance <= Math.max(1, Math.floor(best.candidate.length / 4))
    ? best.candidate
    : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one to the other. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const costs = [(last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        costs.push((beforeLast[j - 2] ?? 0) + 1);
      row.push(Math.min(...costs));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
