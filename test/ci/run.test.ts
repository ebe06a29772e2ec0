import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { findMariadb } from '../aws/mysql/mariadb-present.ts';
import { findChromium } from '../browser/chromium.ts';

const script = join(import.meta.dirname, '..', '..', '.ci', 'run');
const folder = mkdtempSync(join(tmpdir(), 'region-failover-ci-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the script on a machine that has neither a browser nor apt, and an npm that gives up. */
function run(environment: Readonly<Record<string, string>>) {
  for (const name of ['bash', 'dirname']) {
    const path = spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim();
    rmSync(join(folder, name), { force: true });
    symlinkSync(path, join(folder, name));
  }
  writeFileSync(join(folder, 'npm'), '#!/bin/sh\nexit 7\n');
  chmodSync(join(folder, 'npm'), 0o755);
  const env = { PATH: folder, ...environment };
  const { status, stdout, stderr } = spawnSync(join(folder, 'bash'), [script], {
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('Continuous integration without a Chromium', () => {
  it('fails where it is one', () => {
    const { status, stderr } = run({ CI: 'true' });
    expect(status).toBe(1);
    expect(stderr).toContain('set CHROMIUM_PATH');
  });

  it('says on a machine of ours what is skipped, and goes on', () => {
    const { status, stdout } = run({});
    expect(status).toBe(7);
    expect(stdout).toContain('the browser tests are skipped');
    expect(stdout).toContain('the tests with two databases of MariaDB are skipped');
  });

  it('fails where it is one, and there is no MariaDB', () => {
    const { status, stderr } = run({ CI: 'true', CHROMIUM_PATH: '/opt/chromium' });
    expect(status).toBe(1);
    expect(stderr).toContain('install mariadb-server');
  });
});

describe('The tests with MariaDB', () => {
  it('fail in continuous integration where there is none, and are skipped elsewhere', () => {
    const nowhere = () => false;
    expect(() => findMariadb({ CI: 'true' }, nowhere)).toThrow('install mariadb-server');
    expect(findMariadb({}, nowhere)).toBeUndefined();
  });

  it('find what is on the PATH, and where Debian puts it', () => {
    const there = ['/opt/bin/mariadbd', '/opt/bin/mariadb-install-db', '/usr/bin/mariadb'];
    expect(findMariadb({ PATH: '/opt/bin' }, (each) => there.includes(each))).toEqual({
      mariadbd: '/opt/bin/mariadbd',
      install: '/opt/bin/mariadb-install-db',
      client: '/usr/bin/mariadb',
    });
    expect(findMariadb({ PATH: '/opt/bin' }, (each) => each !== '/usr/bin/mariadb')?.client).toBe(
      '/opt/bin/mariadb',
    );
  });
});

describe('The tests in a browser', () => {
  const nowhere = () => false;
  it('fail in continuous integration where there is none', () => {
    expect(() => findChromium({ CI: 'true' }, nowhere)).toThrow(/CHROMIUM_PATH/);
  });

  it('are not run in another one than was named', () => {
    const path = '/opt/chromium';
    expect(() =>
      findChromium({ CI: 'true', CHROMIUM_PATH: path }, (each) => each !== path),
    ).toThrow(path);
  });

  it('are skipped elsewhere, and found on the PATH', () => {
    expect(findChromium({}, nowhere)).toBeUndefined();
    const path = '/opt/bin/chromium';
    expect(findChromium({ PATH: '/bin:/opt/bin' }, (each) => each === path)).toBe(path);
  });
});
