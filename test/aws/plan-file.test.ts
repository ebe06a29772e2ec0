import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CheckedFile } from '../../aws/plan-file.ts';
import { checkFiles, checkPlan, formatProblems, loadPlans } from '../../aws/plan-file.ts';
import { planSchema, planSchemaText } from '../../aws/plan-schema.ts';
import { InvalidInputError } from '../../core/errors.ts';

const plans = join(import.meta.dirname, '..', 'fixtures', 'plans');
const broken = join(plans, 'broken');
const repository = join(import.meta.dirname, '..', '..');
const soundText = await readFile(join(plans, 'sound.yaml'), 'utf8');
const brokenNames = (await readdir(broken)).filter((name) => name.endsWith('.yaml'));

function linesOf(text: string): string[] {
  const checked = checkPlan(text, 'plan.yaml');
  return checked.ok ? [] : formatProblems(checked.problems, checked.file);
}

describe('checkPlan', () => {
  it.each(brokenNames)('finds every mistake in %s', async (name) => {
    const checked = checkPlan(await readFile(join(broken, name), 'utf8'), name);
    const expected = await readFile(join(broken, name.replace('.yaml', '.expected.txt')), 'utf8');
    expect(checked.ok ? '' : `${formatProblems(checked.problems, name).join('\n')}\n`).toBe(
      expected,
    );
  });

  it('has an expected message beside every broken plan', async () => {
    const messages = (await readdir(broken)).filter((name) => name.endsWith('.expected.txt'));
    expect(messages.map((name) => name.replace('.expected.txt', '.yaml'))).toEqual(brokenNames);
    expect(brokenNames.length).toBeGreaterThanOrEqual(28);
  });

  it('refuses a text that is too long, before it parses it', () => {
    expect(linesOf(`${soundText}# ${'x'.repeat(262_144)}`)[0]).toMatch(
      /^plan.yaml:1:1 plan: found \d+ bytes; expected 262144 bytes at most$/,
    );
  });

  it.each([
    ['lists', '['],
    ['sections', '{a: '],
    ['entries', '- '],
  ])('refuses %s that are nested without end', (_, opening) => {
    expect(linesOf(opening.repeat(80_000)).length).toBeGreaterThan(0);
  });

  it('does not let a __proto__ key reach anything', () => {
    linesOf(`${soundText}__proto__: { polluted: true }\n`);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('accepts a sound plan, and one with CRLF and a byte-order mark', () => {
    expect(linesOf(soundText)).toEqual([]);
    expect(linesOf(`\uFEFF${soundText.replaceAll('\n', '\r\n')}`)).toEqual([]);
  });

  it('fills in the defaults', () => {
    const checked = checkPlan(soundText, 'sound.yaml');
    expect(checked).toMatchObject({ ok: true, plan: { cooldownSeconds: 86_400 } });
  });
});

describe('loadPlans', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plans-'));
    const files: [string, string | Buffer][] = [
      ['a.yaml', soundText],
      ['b.yml', soundText.replace('name: shop\n', 'name: sh-op\n')],
      ['c.yaml', soundText.replace('name: shop\n', 'name: other\n').replace('shop-down', 'other')],
      ['binary.bin', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
      ['big.bin', Buffer.alloc(300_000, 'x')],
    ];
    for (const [name, content] of files) await writeFile(join(folder, name), content);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });
  const problemsOf = (checked: readonly CheckedFile[]) =>
    checked.flatMap(({ file, problems }) =>
      formatProblems(problems, file).map((line) => line.replaceAll(`${folder}/`, '')),
    );

  it.each([
    ['nowhere.yaml', 'found no such file; expected a plan file or a folder of plans'],
    ['binary.bin', 'found a binary file; expected UTF-8 text'],
    ['big.bin', 'found 300000 bytes; expected 262144 bytes at most'],
  ])('says what is wrong with %s', async (name, problem) => {
    expect(problemsOf(await checkFiles([join(folder, name)]))).toEqual([
      `${name}:1:1 plan: ${problem}`,
    ]);
  });

  it('refuses a folder without plans', async () => {
    const empty = await mkdtemp(join(folder, 'empty'));
    await expect(loadPlans(empty)).rejects.toThrow('found a folder without plans');
  });

  it('refuses an empty list', async () => {
    await expect(loadPlans(' , ')).rejects.toThrow(InvalidInputError);
  });

  it('refuses two plans that share an alarm, or whose names differ in hyphens only', async () => {
    const found = problemsOf(await checkFiles([join(folder, 'a.yaml'), join(folder, 'b.yml')]));
    expect(found).toEqual([
      'b.yml:1:7 name: found "sh-op", and a.yaml is named "shop"; ' +
        'expected a name of its own, different in more than hyphens',
      'b.yml:11:7 detection.alarms[0]: found an alarm of a.yaml; ' +
        'expected an alarm that no other plan names: one alarm starts one failover',
    ]);
  });

  it('names the mistakes of all files in one error', async () => {
    const files = `${join(broken, 'tabs.yaml')},${join(folder, 'nowhere.yaml')}`;
    const error: unknown = await loadPlans(files).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).toContain('tabs.yaml:3:1');
    expect(String(error)).toContain('nowhere.yaml:1:1');
  });

  it('loads a list of files, each once', async () => {
    const [a, c] = [join(folder, 'a.yaml'), join(folder, 'c.yaml')];
    const loaded = await loadPlans(`${a}, ${c},${a}`);
    expect(loaded.map(({ name }) => name)).toEqual(['shop', 'other']);
  });

  it('loads the folder of example plans', async () => {
    const loaded = await loadPlans(join(repository, 'plans'));
    expect(loaded.map(({ name }) => name)).toContain('shop');
  });
});

describe('the JSON Schema for editors', () => {
  it('is what `npm run schema` writes', async () => {
    const file = join(repository, 'plans', 'plan.schema.json');
    expect(await readFile(file, 'utf8')).toBe(planSchemaText());
  });

  it('refuses unknown keys as the plan does', () => {
    expect(planSchema()).toMatchObject({ additionalProperties: false });
  });
});
