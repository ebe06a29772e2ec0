import { isIP } from 'node:net';
import { InvalidInputError } from '../../core/errors.ts';

/** How much a session trusts whoever answers (MySQL Reference Manual, --ssl-mode). */
export type SslMode = 'DISABLED' | 'REQUIRED' | 'VERIFY_CA' | 'VERIFY_IDENTITY';

/** Where a database of MySQL or MariaDB is. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly sslMode: SslMode;
  /** A file with the certificates that are trusted; undefined for those that Node.js trusts. */
  readonly sslCa: string | undefined;
}

const FORM =
  'mysql://user@host:3306/database (or mariadb://), with ?ssl-mode=VERIFY_IDENTITY&ssl-ca=FILE if wanted';
const modes: readonly SslMode[] = ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'];
const options: readonly string[] = ['ssl-mode', 'ssl-ca'];
const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/.test(host);

/** Whether a text is the address of a MySQL or MariaDB database, right or wrong in the rest. */
export const isMysqlUrl = (url: string): boolean => /^(mysql|mariadb):/i.test(url);

/**
 * Reads an address. A password is better given by `MYSQL_PWD`. Rows go over the wire: without
 * `ssl-mode` they are encrypted, but on loopback. What is wrong is told without the password.
 * @throws InvalidInputError which says what was found, and what would be right
 */
export function addressOf(name: string, url: string, environment: NodeJS.ProcessEnv): Address {
  const refuse = (found: string): InvalidInputError =>
    new InvalidInputError(`${name}: found ${found}; expected ${FORM}.`);
  if (!isMysqlUrl(url) || !URL.canParse(url)) throw refuse('no such address');
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const database = decodeURIComponent(pathname.slice(1));
  if (host === '') throw refuse('no host');
  if (username === '') throw refuse('no user');
  if (database === '' || database.includes('/')) throw refuse(`the database "${database}"`);
  const stranger = [...searchParams.keys()].find((key) => !options.includes(key));
  if (stranger !== undefined) throw refuse(`the option "${stranger}"`);
  const given = searchParams.get('ssl-mode') ?? (isLoopback(host) ? 'DISABLED' : 'REQUIRED');
  const sslMode = modes.find((mode) => mode === given);
  if (sslMode === undefined) throw refuse(`ssl-mode=${given}`);
  // The driver would hold the certificate against another name.
  if (sslMode === 'VERIFY_IDENTITY' && isIP(host) !== 0)
    throw refuse('VERIFY_IDENTITY of an address without a name');
  return {
    ...{ host, database, sslMode, sslCa: searchParams.get('ssl-ca') ?? undefined },
    port: port === '' ? 3306 : Number(port),
    user: decodeURIComponent(username),
    password: password === '' ? (environment['MYSQL_PWD'] ?? '') : decodeURIComponent(password),
  };
}
