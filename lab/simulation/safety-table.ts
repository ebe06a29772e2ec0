import { invariants } from './invariants/invariants.ts';

const START = '<!-- invariants: written by `npm run safety` -->';
const END = '<!-- end of the invariants -->';

/**
 * The document with the table of all invariants between its two comments, as Markdown.
 * @throws Error if the document lacks the comments
 */
export function withInvariants(document: string): string {
  const [start, end] = [document.indexOf(START), document.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`There is no ${START} before an ${END}.`);
  const before = document.slice(0, start + START.length);
  return `${before}\n\n${invariantTable()}\n\n${document.slice(end)}`;
}

/** Sorted by id: S before L, then by number. What makes a premise true is code, and not told. */
function invariantTable(): string {
  const sorted = invariants.toSorted(
    (a, b) => b.id.charCodeAt(0) - a.id.charCodeAt(0) || byNumber.compare(a.id, b.id),
  );
  const rows = sorted.map(({ id, promise, title }) => [id, String(promise), title]);
  const head = ['id', 'promise', 'what it says'];
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  // As the formatter of the repository pads tables.
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...rows].map(line).join('\n');
}

const byNumber = new Intl.Collator('en', { numeric: true });
