import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { planCommand } from '../../cli/plan.ts';
import { PROMOTE_ON_EXPIRY } from '../../core/plan/authorization.ts';

const root = join(import.meta.dirname, '..', '..');
const shop = join(root, 'plans', 'shop.yaml');

describe('failover plan explain, where nobody deciding means yes', () => {
  const loud = 'Nobody deciding means YES';
  const words = `${PROMOTE_ON_EXPIRY}. Accepted by Ada Lovelace: the shop may never be down`;
  const onExpiry =
    'authorization:\n  onExpiry:\n    action: promote\n' +
    `    evenThough: ${JSON.stringify(PROMOTE_ON_EXPIRY)}\n` +
    '    acceptedBy: Ada Lovelace\n    because: the shop may never be down\n';

  let folder = '';
  let file = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plan-'));
    file = join(folder, 'plan.yaml');
    const text = await readFile(shop, 'utf8');
    await writeFile(file, text.replace('authorization:\n', onExpiry));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('marks it where nothing can be bold, and says who accepted what, and why', async () => {
    const out: string[] = [];
    const io = { out: (line: string) => void out.push(line), err: () => undefined };
    const code = await planCommand(['explain', file], io);
    expect(code).toBe(0);
    const [step, ...others] = out.filter((line) => line.includes(`**${loud}**`));
    expect(others).toEqual([]);
    expect(step).toMatch(/^ +\d+\. RequestApproval: /);
    expect(step).toContain(words);
    expect(out.find((line) => line.startsWith('!! **AN EXPIRY PROMOTES'))).toContain(
      'Ada Lovelace',
    );
  });

  it('is bold in a terminal', async () => {
    const command = [join(root, 'cli', 'main.ts'), 'plan', 'explain', file];
    const env = { ...process.env, FORCE_COLOR: '1' };
    const { stdout } = await promisify(execFile)(process.execPath, command, { env });
    expect(stdout).toContain(`\u001b[1m${loud}\u001b[22m`);
    expect(stdout).toContain('!! \u001b[1mAN EXPIRY PROMOTES');
    expect(stdout).not.toContain('**');
  });
});
