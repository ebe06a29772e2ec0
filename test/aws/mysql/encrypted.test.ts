import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as z from 'zod';
import { openSide } from '../../../aws/mysql/side.ts';
import { issueCertificates } from '../../../lab/parts/certificates.ts';
import { openSandbox } from '../../../lab/parts/sandbox.ts';
import type { Sandbox } from '../../../lab/parts/sandbox.ts';
import { describeOnMariadb } from './mariadb-present.ts';
import { startMariadb } from './mariadb-server.ts';
import type { Server } from './mariadb-server.ts';

describeOnMariadb('a session with a MariaDB that has a certificate', () => {
  let sandbox: Sandbox;
  let server: Server;
  let ca: string;
  beforeAll(async () => {
    sandbox = await openSandbox();
    const issued = await issueCertificates(['localhost']);
    const files = await Promise.all(
      Object.entries(issued).map(async ([name, text]) => {
        const path = join(sandbox.folder, `${name}.pem`);
        await writeFile(path, String(text), { mode: 0o644 });
        return [name, path] as const;
      }),
    );
    const { ca: authority = '', cert = '', key = '' } = Object.fromEntries(files);
    ca = authority;
    server = await startMariadb(sandbox, 1, [`--ssl-cert=${cert}`, `--ssl-key=${key}`]);
    await server.run([
      `CREATE USER reader@localhost REQUIRE SSL`,
      'GRANT SELECT ON shop.* TO reader@localhost',
      'CREATE DATABASE shop',
    ]);
  }, 60_000);
  afterAll(() => sandbox.close());

  const open = (host: string, options: string) =>
    openSide('The writer', `mysql://reader@${host}:${server.port}/shop?${options}`);

  it.each([
    ['127.0.0.1', 'ssl-mode=DISABLED', 'Access denied'],
    ['localhost', 'ssl-mode=VERIFY_IDENTITY', 'unable to verify|self-signed|issuer'],
    ['localhost', 'ssl-mode=VERIFY_CA&ssl-ca=/nowhere.pem', 'ENOENT'],
  ])('is refused at %s with %s', async (host, options, words) => {
    const opened = open(host, options);
    await expect(opened).rejects.toThrow(new RegExp(`The writer cannot be asked: .*(${words})`));
  });

  it.each([
    ['127.0.0.1', 'ssl-mode=REQUIRED'],
    ['127.0.0.1', 'ssl-mode=VERIFY_CA&ssl-ca='],
    ['localhost', 'ssl-mode=VERIFY_IDENTITY&ssl-ca='],
  ])('is encrypted at %s with %s', async (host, options) => {
    const side = await open(host, options.endsWith('=') ? `${options}${ca}` : options);
    try {
      const Status = z.object({ Value: z.string().min(1) });
      expect(await side.query(Status, `SHOW STATUS LIKE 'Ssl_cipher'`)).toHaveLength(1);
    } finally {
      await side.close();
    }
  });
});
