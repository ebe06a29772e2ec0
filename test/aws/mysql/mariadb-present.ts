import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';

/** The programs of MariaDB's server, and where Debian puts those that are not on the PATH. */
export interface Programs {
  readonly mariadbd: string;
  readonly install: string;
}

/**
 * Where MariaDB is; undefined if it is not there, and then its tests are skipped, by name.
 * @throws Error in continuous integration, where nothing is skipped in silence
 */
export function findMariadb(
  environment: NodeJS.ProcessEnv,
  exists: (path: string) => boolean = existsSync,
): Programs | undefined {
  const folders = [...(environment['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
  const find = (name: string): string | undefined =>
    folders.map((folder) => join(folder, name)).find(exists);
  const [mariadbd, install] = [find('mariadbd'), find('mariadb-install-db')];
  if (mariadbd !== undefined && install !== undefined) return { mariadbd, install };
  if (environment['CI'] !== 'true') return undefined;
  throw new Error('There is no MariaDB: install mariadb-server, or put mariadbd on the PATH.');
}

/** Describes tests against real MariaDB; skips them, by name, where its programs are missing. */
export function describeOnMariadb(title: string, tests: () => void): void {
  if (findMariadb(process.env) !== undefined) describe(title, tests);
  else describe.skip(`${title} (skipped: mariadb-server is not installed)`, tests);
}
