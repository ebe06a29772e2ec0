import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'region-failover-simulate-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function simulate(...args: string[]): Promise<Ran> {
  return await new Promise<Ran>((resolve) => {
    execFile(process.execPath, [main, 'simulate', ...args], { cwd: folder }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

/** A replay file of a run in which nothing fails, unless told otherwise. */
async function replayFile(changes: object): Promise<string> {
  const file = join(folder, 'replay.json');
  const schedule = { scenario: 'blip', seed: 1, faults: [], events: [], ...changes };
  await writeFile(file, JSON.stringify(schedule));
  return file;
}

describe('failover simulate', () => {
  it.each([
    [['--scenario', 'outages'], 'found "outages"; expected one of outage,'],
    [['--faults', 'some'], 'found "some"; expected one of none, single,'],
    [['--faults', 'single,some'], 'found "some"; expected one of none, single,'],
    [['--budget', 'long'], '--budget: found "long"; expected a time such as 90s'],
    [['--plan', 'plan.yaml', '--bugs'], '--plan and --bugs exclude each other; expected with'],
    [['--faults', 'none', '--seeds', '3'], '--seeds and --faults none exclude each other'],
    [['--seeds', 'many'], '--seeds: found "many"; expected a whole number'],
    [['outage'], 'a scenario is given by --scenario'],
    [['--replay', 'nowhere.json'], '--replay: ENOENT'],
  ])('refuses %j with a word of what is right', async (args, words) => {
    const { code, err } = await simulate(...args);
    expect(err).toContain(words);
    expect(code).toBe(2);
  });

  it('refuses a replay file that is no schedule, and says where', async () => {
    const file = join(folder, 'bad.json');
    await writeFile(file, '{"scenario":"outage","seed":1,"faults":[{"call":-1}],"events":[]}');
    const { code, err } = await simulate('--replay', file);
    expect(err).toContain('faults[0].call');
    expect(code).toBe(2);
  });

  it('refuses a replay of a scenario that does not exist, and says which do', async () => {
    const { code, err } = await simulate('--replay', await replayFile({ scenario: 'outages' }));
    expect(err).toContain('replay.json is no schedule. scenario: found "outages"; expected one of');
    expect(code).toBe(2);
  });

  it('refuses a replay with a state that the machine does not have', async () => {
    const events = [{ what: 'deploy', state: 'Nowhere', visit: 1 }];
    const { code, err } = await simulate('--replay', await replayFile({ events }));
    expect(err).toContain('events[0].state: found "Nowhere"; expected one of OpenIncident, ');
    expect(code).toBe(2);
  }, 60_000);

  it('fails a replay that did not do what its file says', async () => {
    const faults = [{ call: 99_999, kind: 'late', stays: false }];
    const events = [{ what: 'deploy', state: 'ObserveOutage', visit: 77 }];
    const { code, out } = await simulate('--replay', await replayFile({ faults, events }));
    expect(out).toMatch(/The fault late at call 99999 never happened: the run made \d+ calls\./);
    expect(out).toMatch(/deploy at entry 77 of ObserveOutage never happened: the run entered Obs/);
    expect(out).toContain('in a run that did not do what its file says: it shows nothing.');
    expect(code).toBe(1);
  }, 60_000);

  it('searches one scenario in threads, and prints one document', async () => {
    const Report = z.looseObject({
      runs: z.looseObject({ clean: z.literal(1), walk: z.literal(8) }),
      findings: z.array(z.unknown()).length(0),
      interrupted: z.literal(false),
      isWhole: z.literal(false),
    });
    const args = ['--scenario', 'blip', '--faults', 'random', '--seeds', '8', '--json'];
    const { code, out, err } = await simulate(...args);
    expect({ code, err }).toStrictEqual({ code: 0, err: '' });
    expect(Report.parse(JSON.parse(out)).findings).toStrictEqual([]);
  }, 60_000);

  it('runs a replay file and prints its timeline', async () => {
    const { code, out } = await simulate('--replay', await replayFile({ seed: 3 }));
    expect(out).toMatch(/WORLD {5}everything in eu-west-1 stops/);
    expect(out).toMatch(/END {7}alarm-1 SUCCEEDED StoodDown/);
    expect(out).toContain('No promise was broken.');
    expect(code).toBe(0);
  }, 60_000);

  it('prints what the model of the protocol says', async () => {
    const { code, out } = await simulate('--protocol');
    expect(out).toMatch(/^fenceGate +[\d,]+ +yes/m);
    expect(out).not.toContain('NOT FOUND');
    expect(code).toBe(0);
  }, 60_000);
});
