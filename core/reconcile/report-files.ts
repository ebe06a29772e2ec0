import * as z from 'zod';
import { createHash } from 'node:crypto';
import { InvalidInputError } from '../errors.ts';
import type { AnyOrigin, Comparison } from './comparison.ts';
import { RowReport } from './comparison.ts';
import type { Mask } from './mask.ts';
import { ReportHead, reportHead } from './report-head.ts';
import { reportPage } from './report-page.ts';

/** The files of a report. The head comes last: a report without one is not finished. */
export const reportFiles = {
  page: 'report.html',
  rows: 'rows.jsonl',
  sql: 'apply.sql',
  head: 'report.json',
} as const;

/** What a report is made of. */
export interface NewReport {
  readonly comparison: Comparison<AnyOrigin>;
  /** What would put it right, for people to read. */
  readonly sql: string;
  readonly comparedAt: Date;
  readonly mask: Mask;
}

/** A file of a report, as it is written. */
export interface ReportFile {
  readonly name: string;
  readonly text: string;
}

/** A report, as it was written. */
export interface Report {
  readonly head: ReportHead;
  readonly rows: readonly RowReport[];
  /** The SHA-256 of `report.json`, which names those of the rows and the page. */
  readonly headDigest: string;
}

/** The files of a report in the order in which they are written, its head, and the digest of that. */
export async function filesOf({ comparison, sql, comparedAt, mask }: NewReport) {
  const rows = comparison.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const bare = reportHead(comparison, comparedAt.toISOString(), digestOf(rows));
  const page = await reportPage(bare, comparison.rows, mask);
  const head: ReportHead = { ...bare, pageDigest: digestOf(page) };
  const headText = `${JSON.stringify(head, null, 2)}\n`;
  const files: readonly ReportFile[] = [
    { name: reportFiles.page, text: page },
    { name: reportFiles.rows, text: rows },
    { name: reportFiles.sql, text: sql },
    { name: reportFiles.head, text: headText },
  ];
  return { head, headDigest: digestOf(headText), files };
}

/**
 * Reads a report back. `read` gives the text of a file, and the place that an error names.
 * @throws InvalidInputError if it is none, or was changed since it was written
 */
export async function parseReport(
  read: (name: string) => Promise<{ readonly text: string; readonly place: string }>,
): Promise<Report> {
  const written = await read(reportFiles.head);
  const head = parse(ReportHead, written.text, written.place);
  const { text, place } = await read(reportFiles.rows);
  const digest = digestOf(text);
  if (digest !== head.rowsDigest)
    throw new InvalidInputError(
      `${place} is not the file of this report: found SHA-256 ${digest}; expected ${head.rowsDigest}.`,
    );
  const lines = text.split('\n').filter((line) => line !== '');
  const rows = lines.map((line, at) => parse(RowReport, line, `${place}, line ${at + 1}`));
  return { head, rows, headDigest: digestOf(written.text) };
}

function parse<T>(schema: z.ZodType<T>, text: string, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidInputError(`${place}: found no JSON; expected what compare --report wrote.`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidInputError(
    `${place} is not what compare --report wrote: ${z.prettifyError(result.error)}`,
  );
}

/** The SHA-256 of a file's text, in hex. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
