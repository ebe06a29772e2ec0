import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';

/** The programs of Debian's mariadb-server. */
export interface Programs {
  readonly mariadbd: string;
  readonly install: string;
  readonly client: string;
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
  const mariadbd = find('mariadbd');
  const install = find('mariadb-install-db');
  const client = find('mariadb');
  if (mariadbd !== undefined && install !== undefined && client !== undefined)
    return { mariadbd, install, client };
  if (environment['CI'] !== 'true') return undefined;
  throw new Error('There is no MariaDB: install mariadb-server, or put mariadbd on the PATH.');
}

/** Describes tests against real MariaDB; skips them, by name, where its programs are missing. */
export function describeOnMariadb(title: string, tests: () => void): void {
  if (findMariadb(process.env) !== undefined) describe(title, tests);
  else describe.skip(`${title} (skipped: mariadb-server is not installed)`, tests);
}
