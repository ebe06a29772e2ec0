import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { AnyOrigin, Comparison } from '../core/reconcile/comparison.ts';
import { RowReport } from '../core/reconcile/comparison.ts';
import type { Mask } from '../core/reconcile/mask.ts';
import { ReportHead, reportHead } from '../core/reconcile/report-head.ts';
import { reportPage } from '../core/reconcile/report-page.ts';
import { UsageError } from './io.ts';

const HEAD = 'report.json';
const ROWS = 'rows.jsonl';
const PAGE = 'report.html';
const SQL = 'apply.sql';

/** What a report is made of. */
export interface NewReport {
  readonly comparison: Comparison<AnyOrigin>;
  /** What would put it right, for people to read. */
  readonly sql: string;
  readonly comparedAt: Date;
  readonly mask: Mask;
}

/**
 * Writes a report into a new folder, which only its owner can read: it holds values of rows. It is
 * there as a whole or not at all. The paths of its files.
 * @throws UsageError if there is something of that name
 */
export async function writeReport(folder: string, report: NewReport): Promise<string[]> {
  const { comparison, sql, comparedAt, mask } = report;
  const rows = comparison.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const head = reportHead(comparison, comparedAt.toISOString(), digestOf(rows));
  const files = {
    [PAGE]: await reportPage(head, comparison.rows, mask),
    [ROWS]: rows,
    [SQL]: sql,
    [HEAD]: `${JSON.stringify(head, null, 2)}\n`,
  };
  const unfinished = `${folder}.unfinished-${process.pid}`;
  await mkdir(unfinished, { mode: 0o700, recursive: true });
  try {
    for (const [name, text] of Object.entries(files))
      await writeFile(join(unfinished, name), text, { mode: 0o600 });
    assertNew(folder);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return Object.keys(files).map((name) => join(folder, name));
}

/** Refuses a folder that is there: a report is never written over. */
export function assertNew(folder: string): void {
  if (!existsSync(folder)) return;
  throw new UsageError(`--report: found ${folder}; expected a name that is not taken.`);
}

/** A report, as it was written. */
export interface Report {
  readonly head: ReportHead;
  readonly rows: readonly RowReport[];
}

/** Reads a report back. @throws UsageError if it is none, or was changed since it was written */
export async function readReport(folder: string): Promise<Report> {
  const head = parse(ReportHead, await read(join(folder, HEAD)), join(folder, HEAD));
  const text = await read(join(folder, ROWS));
  const digest = digestOf(text);
  if (digest !== head.rowsDigest) {
    throw new UsageError(
      `${join(folder, ROWS)} is not the file of this report: found SHA-256 ${digest}; expected ${head.rowsDigest}.`,
    );
  }
  const lines = text.split('\n').filter((line) => line !== '');
  const rows = lines.map((line, at) =>
    parse(RowReport, line, `${join(folder, ROWS)}, line ${at + 1}`),
  );
  return { head, rows };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be read: ${why}. Expected a folder of compare --report.`);
  }
}

function parse<T>(schema: z.ZodType<T>, text: string, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${place}: found no JSON; expected what compare --report wrote.`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UsageError(
    `${place} is not what compare --report wrote: ${z.prettifyError(result.error)}`,
  );
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
