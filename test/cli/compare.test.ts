import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compareCommand } from '../../cli/compare.ts';
import { UsageError } from '../../cli/io.ts';
import { DATABASE_USER } from '../../lab/parts/postgres-cluster.ts';
import { describeOnPostgres } from '../lab/simulation/postgres-present.ts';
import type { RealPair } from '../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../lab/simulation/postgres-template.ts';
import { fork, run } from '../aws/postgres/diverging.ts';

/** Runs the command and gives what it printed. */
async function compare(...args: string[]): Promise<{ code: number; out: string }> {
  const lines: string[] = [];
  const code = await compareCommand(args, {
    out: (line) => {
      lines.push(line);
    },
    err: (line) => {
      lines.push(line);
    },
    isTerminal: false,
    ask: async () => {
      await Promise.resolve(undefined);
    },
  });
  return { code, out: lines.join('\n') };
}

describe('failover compare', () => {
  it.each([
    [[], '--old URL is missing'],
    [['--old', 'postgres://a@b/c'], '--writer URL is missing'],
    [['orders'], 'found "orders"; expected none'],
  ])('refuses %j as wrong usage', async (args, words) => {
    await expect(compare(...args)).rejects.toThrow(UsageError);
    await expect(compare(...args)).rejects.toThrow(words);
  });

  it('refuses what is no address of a database, and says what one looks like', async () => {
    const args = ['--old', 'orders-db', '--writer', 'postgres://a@b/c'];
    await expect(compare(...args)).rejects.toThrow(
      'The old primary: found "orders-db"; expected postgres://user@host:5432/database.',
    );
  });

  it('says which side cannot be asked', async () => {
    const nobody = 'postgres://a@127.0.0.1:1/b';
    await expect(compare('--old', nobody, '--writer', nobody)).rejects.toThrow(
      'The old primary cannot be asked',
    );
  });
});

describeOnPostgres('failover compare with two databases', () => {
  let template: PairTemplate;
  let pair: RealPair;
  beforeAll(async () => {
    template = await makePairTemplate();
    pair = await template.open();
  }, 60_000);
  afterAll(async () => {
    await pair.close();
    await template.close();
  });

  const urlOf = (place: 'primary' | 'standby'): string => {
    const { port, password } = pair.server(place);
    return `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/postgres`;
  };
  const both = async (...more: string[]) =>
    await compare('--old', urlOf('primary'), '--writer', urlOf('standby'), ...more);

  it('refuses a standby, and a server with itself', async () => {
    await expect(both()).rejects.toThrow('The writer is a standby; expected a database of its own');
    const self = urlOf('primary');
    await expect(compare('--old', self, '--writer', self)).rejects.toThrow('the same server');
  });

  it('says that nothing is missing, then what is, as text and as a document', async () => {
    await fork(pair, ['INSERT INTO writes VALUES (1)']);
    await pair.promote();
    expect(await both()).toMatchObject({
      code: 0,
      out: expect.stringContaining('Nothing of the old primary is missing.'),
    });
    await run(pair, 'primary', ['INSERT INTO writes VALUES (7)']);
    const { code, out } = await both();
    expect(code).toBe(1);
    expect(out).toContain('writes: 1 inserted on the old primary only');
    expect(out).toContain('writes write=7: lostInsert.');
    const document: unknown = JSON.parse((await both('--json')).out);
    expect(document).toMatchObject({ rows: [{ name: 'writes', class: 'lostInsert' }] });
  });
});
