import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import type { Plan } from '../../aws/plan.ts';
import { runCommand } from '../../cli/run.ts';
import { UsageError } from '../../cli/io.ts';
import type { Json } from '../../core/json.ts';
import { alarmEvent, drillPlanFile, planOf } from '../lab/virtual/scene.ts';

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

let folder = '';
let plan: Plan;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'failover-run-test-'));
  plan = await planOf(drillPlanFile);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function fileOf(text: string): Promise<string> {
  const file = join(folder, 'event.json');
  await writeFile(file, text);
  return file;
}

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(...args: string[]): Promise<Said> {
  const said = { out: '', err: '' };
  const code = await runCommand(args, {
    out: (line) => (said.out += `${line}\n`),
    err: (line) => (said.err += `${line}\n`),
    isTerminal: false,
    ask: () => Promise.resolve(undefined),
  });
  return { code, ...said };
}

const Run = z.object({
  outcome: z.string(),
  path: z.array(z.string()),
  notifications: z.array(z.object({ subject: z.string(), body: z.string() })),
});

/** Runs an event and reads the one document on stdout. */
async function runEvent(event: Json, ...args: string[]) {
  const { code, out } = await run(
    '--event',
    await fileOf(JSON.stringify(event)),
    '--json',
    ...(args.includes('--plan') ? [] : ['--plan', drillPlanFile]),
    ...args,
  );
  return { code, ...Run.parse(JSON.parse(out)) };
}

const withField = (event: Json, changes: Record<string, Json>): Json => ({
  ...z.record(z.string(), z.json()).parse(event),
  ...changes,
});

describe('failover run, used wrongly', () => {
  const wrong: [words: string, args: string[], message: RegExp][] = [
    ['without an event', [], /--event FILE is missing/],
    ['with a file that is not there', ['--event', '/nowhere.json'], /--event: .*ENOENT/],
    ['with both answers', ['--event', 'x', '--approve', '--reject'], /exclude each other/],
    [
      'with an unknown state',
      ['--event', 'x', '--primary', 'sideways'],
      /expected one of down, up/,
    ],
    ['with an unknown option', ['--event', 'x', '--fast'], /--fast/],
  ];
  it.each(wrong)('%s is a usage error', async (_, args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
    await expect(run(...args)).rejects.toBeInstanceOf(UsageError);
  });

  it('with an event that is not JSON is a usage error', async () => {
    await expect(run('--event', await fileOf('{not json'))).rejects.toThrow(/is not JSON/);
  });

  it('exits with 2 and says on stderr how to get help', async () => {
    const { code, out, err } = await new Promise<Said>((resolve) => {
      execFile(process.execPath, [main, 'run'], (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), out: stdout, err: stderr });
      });
    });
    expect({ code, out }).toStrictEqual({ code: 2, out: '' });
    expect(err).toContain('Try: failover run --help');
  });
});

describe('failover run, with an event that starts nothing', () => {
  const ignored: [string, (event: Json) => Json][] = [
    ['of an alarm that no plan names', (event) => withField(event, { resources: ['arn:aws:x'] })],
    ['of another service', (event) => withField(event, { source: 'aws.ec2' })],
    ['that is an empty object', () => ({})],
    ['that is a list', () => [1, 2, 3]],
    ['that is null', () => null],
  ];
  it.each(ignored)('%s: the rule does not match it', async (_, change) => {
    expect(await runEvent(change(alarmEvent(plan)))).toMatchObject({ code: 1, outcome: 'ignored' });
  });
});

describe('failover run, with an event that matches and is wrong', () => {
  const hostile: [string, () => Json][] = [
    ['a malformed alarm', () => withField(alarmEvent(plan), { id: 42 })],
    [
      'two alarms',
      () => withField(alarmEvent(plan), { resources: [...plan.detection.alarms, 'a'] }),
    ],
    ['no timestamp that can be read', () => alarmEvent(plan, { timestamp: 'yesterday' })],
  ];
  it.each(hostile)('%s: fails, opens nothing and tells somebody', async (_, event) => {
    const found = await runEvent(event());
    expect(found).toMatchObject({ code: 1, outcome: 'failed' });
    expect(found.path).toStrictEqual(['OpenIncident', 'IncidentNotOpened']);
    expect(found.notifications[0]?.subject).toContain('Workflow FAILED');
  });

  it('300 KiB: refused before anything starts, as by EventBridge', async () => {
    const event = alarmEvent(plan, { reason: 'x'.repeat(300 * 1024) });
    await expect(runEvent(event)).rejects.toThrow(/larger than 262144 bytes/);
  });
});

describe('failover run, with an alarm that is declined', () => {
  it.each([
    ['suppressed', () => alarmEvent(plan, { actionsSuppressedBy: 'WaitPeriod' })],
    [
      'muted',
      () => {
        const event = z.object({ detail: z.record(z.string(), z.json()) }).parse(alarmEvent(plan));
        const detail = { ...event.detail, muteDetail: { mutedByArn: 'arn:aws:mute' } };
        return withField(alarmEvent(plan), { detail });
      },
    ],
  ])('%s: somebody is told', async (_, event) => {
    const found = await runEvent(event());
    expect(found).toMatchObject({ code: 0, outcome: 'declined' });
    expect(found.notifications).not.toStrictEqual([]);
  });
});

describe('failover run, with an alarm that counts', () => {
  const composite = JSON.stringify({ triggeringAlarms: [{ arn: 'arn:aws:a:b:c:d:alarm:child' }] });
  const hostile = '<script>alert(1)</script> ${jndi} {% $plan %} '.repeat(200);
  const nested = JSON.stringify(
    Array.from({ length: 200 }).reduce<Json>((inner) => ({ inner }), null),
  );
  it.each([
    ['a composite alarm', { reasonData: composite }],
    ['a reason full of markup', { reason: hostile }],
    ['reasonData nested 200 deep', { reasonData: nested }],
    ['reasonData that is no JSON', { reasonData: '{{{' }],
    ['a key named __proto__', JSON.parse('{"__proto__": {"value": "OK"}}')],
  ])('%s: asks a human or goes on, and a no ends it in good order', async (_, changes) => {
    const given = z.record(z.string(), z.json()).parse(changes);
    const found = await runEvent(alarmEvent(plan, given), '--reject', '--primary', 'up');
    expect(found).toMatchObject({ code: 0, outcome: 'stoodDown' });
  });
});
