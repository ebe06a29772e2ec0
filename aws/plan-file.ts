import { isUtf8 } from 'node:buffer';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, InvalidInputError } from '../core/errors.ts';
import { Plan } from './plan.ts';
import { describeIssue } from './plan-issues.ts';
import { checkRules } from './plan-rules.ts';
import type { PlanProblem, PlanSource } from './plan-source.ts';
import { MAX_PLAN_BYTES, readSource } from './plan-source.ts';

export type { PlanProblem } from './plan-source.ts';

/** A plan that may be used, or every mistake in it. */
export type PlanCheck =
  | { readonly ok: true; readonly file: string; readonly plan: Plan }
  | { readonly ok: false; readonly file: string; readonly problems: readonly PlanProblem[] };

/** A plan file and what is in it. `plan` is there as far as the file by itself is right. */
export interface CheckedFile {
  readonly file: string;
  readonly plan: Plan | undefined;
  readonly problems: readonly PlanProblem[];
}

/** Checks the text of a plan file, and finds every mistake at once. Reads nothing itself. */
export function checkPlan(text: string, file: string): PlanCheck {
  const { plan, problems } = inspect(text);
  return plan === undefined ? { ok: false, file, problems } : { ok: true, file, plan };
}

interface Inspection {
  readonly plan: Plan | undefined;
  readonly problems: readonly PlanProblem[];
  readonly source: PlanSource;
}

function inspect(text: string): Inspection {
  const source = readSource(text);
  const { value } = source;
  if (value === undefined) return { plan: undefined, problems: source.problems, source };
  const parsed = Plan.safeParse(value);
  const issues = parsed.success ? [] : parsed.error.issues;
  const broken = new Set(issues.map(({ path: [section] }) => String(section)));
  const found = [
    ...source.problems,
    ...issues.flatMap((issue) => describeIssue(issue, source)),
    ...checkRules(value, broken).map(({ path, ...words }) => source.problemAt(path, words)),
  ];
  const problems = found.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return { plan: problems.length === 0 ? parsed.data : undefined, problems, source };
}

/** One line a problem: `file:line:column path: found X; expected Y`. */
export function formatProblems(problems: readonly PlanProblem[], file: string): string[] {
  return problems.map(
    ({ path, line, column, found, expected }) =>
      `${file}:${line}:${column} ${path}: found ${found}; expected ${expected}`,
  );
}

/**
 * Loads plans from a folder (its *.yaml and *.yml files), a file, or several of these with commas
 * between them.
 * @throws InvalidInputError naming every mistake in every file
 */
export async function loadPlans(where: string): Promise<Plan[]> {
  const places = where.split(',').map((place) => place.trim());
  const named = places.filter((place) => place !== '');
  if (named.length === 0) throw new InvalidInputError('No plan file or folder was named.');
  const checked = await checkFiles(named);
  const lines = checked.flatMap(({ file, problems }) => formatProblems(problems, file));
  if (lines.length > 0) {
    const many = lines.length === 1 ? 'is a mistake' : `are ${lines.length} mistakes`;
    throw new InvalidInputError(`There ${many} in the plans:\n${lines.join('\n')}`);
  }
  return checked.flatMap(({ plan }) => plan ?? []);
}

/** Checks plan files and folders, each by itself and against each other. */
export async function checkFiles(places: readonly string[]): Promise<CheckedFile[]> {
  const files = (await Promise.all(places.map(findFiles))).flat();
  const unique = [...new Map(files.map((found) => [found.file, found])).values()];
  const inspected = await Promise.all(
    unique.map(async ({ file, problem }) => ({
      file,
      ...(problem === undefined ? await inspectFile(file) : cannotUse(problem)),
    })),
  );
  return inspected.map(({ file, plan, problems }, index) => {
    const clashes = findClashes(inspected, index);
    return { file, plan, problems: [...problems, ...clashes] };
  });
}

interface FoundFile {
  readonly file: string;
  readonly problem?: Pick<PlanProblem, 'found' | 'expected'>;
}

async function findFiles(place: string): Promise<FoundFile[]> {
  try {
    if (!(await stat(place)).isDirectory()) return [{ file: place }];
    const names = (await readdir(place)).filter((name) => /\.ya?ml$/.test(name)).toSorted();
    if (names.length > 0) return names.map((name) => ({ file: join(place, name) }));
    const problem = { found: 'a folder without plans', expected: 'files named *.yaml or *.yml' };
    return [{ file: place, problem }];
  } catch (error) {
    return [{ file: place, problem: whyNotRead(error) }];
  }
}

async function inspectFile(file: string): Promise<Inspection> {
  try {
    const found = await stat(file);
    if (!found.isFile()) return cannotUse({ found: 'no regular file', expected: 'a plan file' });
    if (found.size > MAX_PLAN_BYTES + 3)
      return cannotUse({
        found: `${found.size} bytes`,
        expected: `${MAX_PLAN_BYTES} bytes at most`,
      });
    const bytes = await readFile(file);
    if (!isUtf8(bytes)) return cannotUse({ found: 'a binary file', expected: 'UTF-8 text' });
    return inspect(bytes.toString('utf8'));
  } catch (error) {
    return cannotUse(whyNotRead(error));
  }
}

function cannotUse(words: Pick<PlanProblem, 'found' | 'expected'>): Inspection {
  const problem = { path: 'plan', line: 1, column: 1, ...words };
  const problemAt = () => problem;
  return {
    plan: undefined,
    problems: [problem],
    source: { value: undefined, problems: [], problemAt },
  };
}

function whyNotRead(error: unknown): Pick<PlanProblem, 'found' | 'expected'> {
  const isMissing =
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
  const found = isMissing ? 'no such file' : `an unreadable file (${describeError(error)})`;
  return { found, expected: 'a plan file or a folder of plans' };
}

/** What two plans must not share: their name is their lock, and an alarm starts one failover. */
function findClashes(
  all: readonly (Inspection & { readonly file: string })[],
  index: number,
): PlanProblem[] {
  const own = all[index];
  if (own?.plan === undefined) return [];
  const { plan, source } = own;
  return all.slice(0, index).flatMap((other) => {
    if (other.plan === undefined) return [];
    const { file } = other;
    const names =
      plain(other.plan.name) === plain(plan.name)
        ? [
            source.problemAt(['name'], {
              found: `"${plan.name}", and ${file} is named "${other.plan.name}"`,
              expected: 'a name of its own, different in more than hyphens',
            }),
          ]
        : [];
    const taken = new Set(other.plan.detection.alarms);
    const alarms = plan.detection.alarms.flatMap((alarm, position) =>
      taken.has(alarm)
        ? [
            source.problemAt(['detection', 'alarms', position], {
              found: `an alarm of ${file}`,
              expected: 'an alarm that no other plan names: one alarm starts one failover',
            }),
          ]
        : [],
    );
    return [...names, ...alarms];
  });
}

/** Names that differ in hyphens only would share the resource that is their kill switch. */
const plain = (name: string): string => name.replaceAll('-', '');
