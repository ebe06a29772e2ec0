import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadPlans } from '../../../aws/plan-file.ts';
import { edited, withBug } from '../../../lab/simulation/bugs/apply.ts';
import type { Bug } from '../../../lab/simulation/bugs/bug.ts';
import { editsOf, machineIds } from '../../../lab/simulation/bugs/bug.ts';
import { bugs } from '../../../lab/simulation/bugs/catalogue.ts';
import { huntBugs } from '../../../lab/simulation/bugs/hunt.ts';
import { invariants } from '../../../lab/simulation/invariants/invariants.ts';
import { patient } from '../../../lab/simulation/plans.ts';
import { scenarios } from '../../../lab/simulation/scenarios.ts';
import { briskDurations } from '../../../lab/simulation/search/setting.ts';
import { packTemplate } from '../../../lab/template.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = async (file: string): Promise<string> => await readFile(join(root, file), 'utf8');
const rows = bugs.map((bug): [string, Bug] => [bug.id, bug]);

describe('the catalogue of deliberate bugs', () => {
  it('has thirty at least, each with a name of its own', () => {
    expect(bugs.length).toBeGreaterThanOrEqual(30);
    expect(new Set(bugs.map(({ id }) => id)).size).toBe(bugs.length);
  });

  it.each(rows)('%s changes text that occurs exactly once', async (_, bug) => {
    for (const file of new Set(editsOf(bug).map((edit) => edit.file))) {
      const text = await read(file);
      expect(withBug(text, bug, file)).not.toBe(text);
    }
  });

  it('refuses text that is not there, or twice, with the name of the bug', () => {
    const edit = { file: 'core/a.ts', find: 'a', replace: 'b' };
    expect(() => edited('xyz', edit, 'Bug x in core/a.ts')).toThrow('Bug x in core/a.ts: the text');
    expect(() => edited('aya', edit, 'Bug x')).toThrow('occurs 2 times instead of once');
  });

  it('changes the product only, and never the simulator', () => {
    const files = bugs.flatMap(editsOf).map(({ file }) => file);
    const others = files.filter((file) => !/^(core|aws|functions)\/.*\.ts$/.test(file));
    expect(others.filter((file) => !machineIds.has(file))).toStrictEqual([]);
  });

  it('names invariants and scenarios that exist', () => {
    const [ids, names] = [invariants.map(({ id }) => id), scenarios.map(({ name }) => name)];
    for (const { id, killedBy, where } of bugs) {
      expect({ id, wanted: killedBy.length }).not.toStrictEqual({ id, wanted: 0 });
      expect(killedBy.filter((each) => !ids.includes(each))).toStrictEqual([]);
      const stories = where.map(({ scenario }) => scenario);
      expect(stories.filter((each) => !names.includes(each))).toStrictEqual([]);
    }
  });
});

describe('the product', () => {
  it('knows nothing of the bugs: only the command that hunts them does', async () => {
    const folders = ['core', 'aws', 'functions', 'cli', 'lab'].map(async (folder) => {
      const names = await readdir(join(root, folder), { recursive: true });
      return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
    });
    const files = (await Promise.all(folders)).flat();
    const found: string[] = [];
    for (const file of files) {
      if (/from '.*simulation\/bugs\//.test(await read(file))) found.push(file);
    }
    expect(found).toStrictEqual(['cli/bugs.ts']);
  });
});

describe('a hunt', () => {
  it('finds a bug by an invariant of its row, and nothing where there is no bug', async () => {
    const planFile = join(root, 'lab', 'plans', 'drill.yaml');
    const [plan] = await loadPlans(planFile);
    if (plan === undefined) throw new Error('The drill has no plan.');
    const setting = {
      plan: patient(plan),
      template: await packTemplate(planFile),
      durations: briskDurations,
    };
    const known = bugs.filter(({ id }) => id === 'no-is-yes' || id === 'last-look-is-skipped');
    const told: string[] = [];
    const { hunted, control } = await huntBugs(setting, known, {
      threads: 2,
      onHunted: ({ bug }) => told.push(bug.id),
    });
    expect(hunted.map(({ fate }) => fate)).toStrictEqual(['killed', 'killed']);
    expect(told.toSorted()).toStrictEqual(['last-look-is-skipped', 'no-is-yes']);
    expect(control.reported).toStrictEqual([]);
    expect(control.runs).toBeGreaterThan(bugs.length);
  }, 120_000);
});
