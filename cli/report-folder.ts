import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '../core/errors.ts';
import type { NewReport, Report } from '../core/reconcile/report-files.ts';
import { filesOf, parseReport } from '../core/reconcile/report-files.ts';
import { UsageError } from './io.ts';

/**
 * Writes a report into a new folder, which only its owner can read: it holds values of rows. It is
 * there as a whole or not at all. The paths of its files.
 * @throws UsageError if there is something of that name
 */
export async function writeReport(folder: string, report: NewReport): Promise<string[]> {
  const { files } = await filesOf(report);
  const unfinished = `${folder}.unfinished-${process.pid}`;
  await mkdir(unfinished, { mode: 0o700, recursive: true });
  try {
    for (const { name, text } of files)
      await writeFile(join(unfinished, name), text, { mode: 0o600 });
    assertNew(folder);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return files.map(({ name }) => join(folder, name));
}

/** Refuses a folder that is there: a report is never written over. */
export function assertNew(folder: string): void {
  if (!existsSync(folder)) return;
  throw new UsageError(`--report: found ${folder}; expected a name that is not taken.`);
}

/** Reads a report back. @throws UsageError if it is none, or was changed since it was written */
export async function readReport(folder: string): Promise<Report> {
  try {
    return await parseReport(async (name) => {
      const place = join(folder, name);
      return { text: await read(place), place };
    });
  } catch (error) {
    if (error instanceof InvalidInputError) throw new UsageError(error.message);
    throw error;
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be read: ${why}. Expected a folder of compare --report.`);
  }
}
