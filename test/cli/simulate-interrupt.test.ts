import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
const plan = join(import.meta.dirname, '..', '..', 'lab', 'plans', 'drill.yaml');
/** Longer than any of these needs to get going and to end, also on a busy machine. */
const MOST_MILLISECONDS = 100_000;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'region-failover-interrupt-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Presses Ctrl-C once the command has told how far it is. */
async function interrupted(...args: string[]) {
  const child = spawn(process.execPath, [main, 'simulate', ...args], {
    cwd: folder,
    timeout: MOST_MILLISECONDS,
    killSignal: 'SIGKILL',
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (part: Buffer) => (said.out += part.toString()));
  child.stderr.on('data', (part: Buffer) => {
    const isFirst = !said.err.includes('\n');
    said.err += part.toString();
    if (isFirst && said.err.includes('\n')) child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...said };
}

describe('Ctrl-C', () => {
  it('ends a search, which says what was covered and claims no more', async () => {
    const args = ['--scenario', 'blip', '--faults', 'random', '--seeds', '99999'];
    const { code, out } = await interrupted(...args);
    expect(out).toMatch(/\d+ failovers? in \d+ s/);
    expect(out).toContain('Interrupted: this is what was covered so far.');
    expect(out).toMatch(/search: \d+ of \d+ states, Retry and Catch entries, premises and kinds/);
    expect(out).toMatch(/No promise was broken in what was covered\.$/m);
    expect(code).toBe(130);
  }, 120_000);

  it('ends a hunt for bugs, which prints the rows that it has', async () => {
    const { code, out } = await interrupted('--bugs');
    expect(out).toMatch(/^bug +killed by +runs +what\n\S+ /);
    expect(out).toMatch(/^Interrupted: \d+ of \d+ bugs were tried so far\.$/m);
    const [, killed, of] = /^(\d+) of (\d+) deliberate bugs were found/m.exec(out) ?? [];
    expect(killed).toBe(of);
    expect(code).toBe(130);
  }, 120_000);

  it('ends the report on a plan, which is of what was played', async () => {
    const args = ['--plan', plan, '--scenario', 'blip', '--seeds', '99999'];
    const markdown = await interrupted(...args);
    expect(markdown.out).toMatch(/^\*\*Interrupted\.\*\* This is what was covered: \d+ of 99999/m);
    expect(markdown.out).toContain('No promise of the workflow was broken in what was covered.');
    expect(markdown.code).toBe(130);
  }, 120_000);
});
