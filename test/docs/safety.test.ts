import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { invariants } from '../../lab/simulation/invariants/invariants.ts';
import { withInvariants } from '../../lab/simulation/safety-table.ts';

const file = join(import.meta.dirname, '..', '..', 'docs', 'safety.md');

describe('the table of invariants in docs/safety.md', () => {
  it('is refused a document without its two comments', () => {
    expect(() => withInvariants('# Safety\n')).toThrow('There is no <!-- invariants');
  });

  it('is what `npm run safety` writes: run it after a change of an invariant', async () => {
    const found = await readFile(file, 'utf8');
    expect(found).toBe(withInvariants(found));
  });

  it('has a row for every invariant', async () => {
    const found = await readFile(file, 'utf8');
    const ids = [...found.matchAll(/^\| ([SL]\d+\w?) +\|/gm)].map(([, id]) => id);
    expect(ids.toSorted()).toStrictEqual(invariants.map(({ id }) => id).toSorted());
  });
});
