import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const main = join(import.meta.dirname, '../../cli/main.ts');

/** Runs the command as a shell does, without a terminal, credentials or a Region. */
function failover(...args: string[]) {
  const env = { PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    env,
    encoding: 'utf8',
    input: '',
  });
  return { status, stdout, stderr };
}

describe('failover', () => {
  it.each([
    [
      ['aprove'],
      'there is no command "aprove". Commands: drill, run, simulate, plan, channels, keep, compare, apply, drift, approve',
    ],
    [['toString'], 'there is no command "toString"'],
    [['approve', 'i', '--region', 'eu-central-1'], '--reason TEXT is missing'],
    [['pause', 'a', 'b', '--reason', 'r'], 'found 2 names'],
    [['pause', 'orders', '--reason', 'r'], '--region REGION is missing (or AWS_REGION)'],
    [['resume', '--yes'], "Unknown option '--yes'"],
  ])('%j is wrong usage: status 2, talk on stderr only', (args, words) => {
    const { status, stdout, stderr } = failover(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(words);
  });

  it('says how to get help after wrong usage', () => {
    expect(failover('pause').stderr).toContain('Try: failover pause --help');
  });

  it('shows the help for nothing at all, with status 2, and for --help with 0', () => {
    expect(failover()).toMatchObject({ status: 2, stderr: '' });
    const { status, stdout, stderr } = failover('--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Examples\n/);
  });
});
