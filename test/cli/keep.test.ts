import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../../cli/io.ts';
import { keepCommand } from '../../cli/keep.ts';

const keep = (...args: string[]) =>
  keepCommand(args, {
    out: () => undefined,
    err: () => undefined,
    isTerminal: false,
    ask: () => Promise.resolve(undefined),
  });

describe('failover keep', () => {
  it.each([
    [[], '--primary URL is missing'],
    [['--primary', 'postgres://a@b/c'], '--standby URL is missing'],
    [['orders'], 'found "orders"; expected none'],
  ])('refuses %j as wrong usage', async (args, words) => {
    await expect(keep(...args)).rejects.toThrow(UsageError);
    await expect(keep(...args)).rejects.toThrow(words);
  });

  it('says which side cannot be asked', async () => {
    const nobody = 'postgres://a@127.0.0.1:1/b';
    await expect(keep('--primary', nobody, '--standby', nobody)).rejects.toThrow(
      'The standby cannot be asked',
    );
  });
});
