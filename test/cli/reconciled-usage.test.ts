import { describe, expect, it } from '@jest/globals';
import { reconciledCommand } from '../../cli/reconciled.ts';
import { healthyBench } from '../functions/switchover-bench.ts';
import { asOlga, connectTo, terminalOf } from './operator.ts';

asOlga();

describe('failover reconciled refuses', () => {
  it.each<[string, string[], string]>([
    ['no plan', ['--report', 'r', '--reason', 'x'], 'found 0 names'],
    ['two plans', ['orders', 'users', '--report', 'r', '--reason', 'x'], 'found 2 names'],
    ['no report', ['orders', '--reason', 'x'], '--report DIR is missing'],
    ['no reason', ['orders', '--report', 'r'], '--reason TEXT is missing'],
    ['an empty reason', ['orders', '--report', 'r', '--reason', ' '], '--reason TEXT is missing'],
    [
      'a reason that is too long to be kept',
      ['orders', '--report', 'r', '--reason', 'x'.repeat(2001)],
      '--reason: found 2001 characters',
    ],
    [
      'a report that is not there',
      ['orders', '--report', '/no', '--reason', 'x'],
      'cannot be read',
    ],
    ['an unknown option', ['orders', '--force'], '--force'],
    ...['', ' '].map((how): [string, string[], string] => [
      `nobody’s word, "${how}"`,
      ['orders', '--report', 'r', '--reason', 'x', `--fenced-by-hand=${how}`],
      '--fenced-by-hand: found nothing',
    ]),
    [
      'a word that is too long to be kept',
      ['orders', '--report', 'r', '--reason', 'x', '--fenced-by-hand', 'x'.repeat(2001)],
      '--fenced-by-hand: found 2001 characters',
    ],
    ...['', 'all', '-1', '1e0', '0x1', ' 1'].map((left): [string, string[], string] => [
      `--left "${left}"`,
      ['orders', '--report', '/no', '--reason', 'x', `--left=${left}`],
      '--left: found',
    ]),
  ])('as wrong usage: %s', async (_, args, words) => {
    const { connect, opened } = connectTo(healthyBench().runtime);
    const { run, out } = terminalOf('orders');
    await expect(run(reconciledCommand(connect), ...args)).rejects.toMatchObject({
      ...{ name: 'UsageError', message: expect.stringContaining(words) },
    });
    expect([out, opened]).toEqual([[], []]);
  });
});
