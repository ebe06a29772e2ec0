import { parseArgs, styleText } from 'node:util';
import { explainPlan, explanationLines } from '../aws/plan-explain.ts';
import type { CheckedFile } from '../aws/plan-file.ts';
import { checkFiles, formatProblems } from '../aws/plan-file.ts';
import { describeError } from '../core/errors.ts';
import { reverse } from './plan-reverse.ts';
import { asJson } from './safe-text.ts';

/** Where a command writes: data to `out`, talk to `err`, a line at a time. */
export interface CommandIo {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const help = `Examples:
  failover plan check plans/shop.yaml        every mistake, by line
  failover plan check plans                  all plans of a folder, also against each other
  failover plan explain plans/shop.yaml      what will happen, be decided, be allowed, take
  failover plan reverse plans/shop.yaml      the plan for the service in its other Region

Usage:
  failover plan check [--json] FILE|FOLDER...
  failover plan explain [--json] FILE
  failover plan reverse FILE

  --json   for machines
  --help   this text

Exit code: 0 no mistakes, 1 mistakes, 2 wrong usage. Nothing is changed, and AWS is not asked.`;

/**
 * `failover plan check`, `explain` and `reverse`. Reads files and nothing else.
 * @returns the exit code: 0 no mistakes, 1 mistakes, 2 wrong usage
 */
export async function planCommand(args: string[], io: CommandIo): Promise<number> {
  const parsed = parse(args);
  if ('wrong' in parsed) return wrongUsage(parsed.wrong, io);
  if (parsed.help) {
    io.out(help);
    return 0;
  }
  const { command, files, json } = parsed;
  if (command === 'check')
    return files.length > 0
      ? await check(files, json, io)
      : wrongUsage('check needs a plan file or a folder.', io);
  if (command === 'explain') {
    const [file, ...others] = files;
    return file !== undefined && others.length === 0
      ? await explain(file, json, io)
      : wrongUsage('explain needs exactly one plan file.', io);
  }
  if (command === 'reverse') {
    const [file, ...others] = files;
    return file !== undefined && others.length === 0 && !json
      ? await reverse(file, io)
      : wrongUsage('reverse needs exactly one plan file, and prints YAML.', io);
  }
  const words = command === undefined ? 'check, explain or reverse?' : `Unknown: ${command}.`;
  return wrongUsage(words, io);
}

interface Parsed {
  readonly command: string | undefined;
  readonly files: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
}

function parse(args: string[]): Parsed | { readonly wrong: string } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [command, ...files] = positionals;
    return { command, files, json: values.json, help: values.help };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : describeError(error) };
  }
}

function wrongUsage(why: string, io: CommandIo): number {
  io.err(why);
  io.err(help);
  return 2;
}

async function check(files: readonly string[], json: boolean, io: CommandIo): Promise<number> {
  const checked = await checkFiles(files);
  const problems = checked.flatMap((each) => each.problems);
  if (json) {
    const result = checked.map((each) => ({
      file: each.file,
      ok: each.problems.length === 0,
      plan: each.plan?.name ?? null,
      problems: each.problems,
    }));
    io.out(asJson(result));
  } else {
    for (const each of checked) {
      if (each.problems.length > 0) for (const line of problemLines(each)) io.out(line);
      else io.out(`${each.file}: ok (${each.plan?.name ?? ''})`);
    }
  }
  if (problems.length === 0) {
    io.err(`Next: failover plan explain ${checked[0]?.file ?? 'FILE'}`);
    return 0;
  }
  io.err(`${problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`}.`);
  return 1;
}

async function explain(file: string, json: boolean, io: CommandIo): Promise<number> {
  const checked = await checkFiles([file]);
  const [first, ...others] = checked;
  if (first === undefined || others.length > 0) {
    io.err(`${file} has several plans; explain takes one file.`);
    return 2;
  }
  if (first.plan === undefined || first.problems.length > 0) {
    for (const line of problemLines(first)) io.err(line);
    return 1;
  }
  const explanation = explainPlan(first.plan);
  if (json) io.out(asJson(explanation));
  else for (const line of explanationLines(explanation)) io.out(bold(line));
  return 0;
}

/** What stands between double asterisks in bold where a terminal can: it must not be missed. */
function bold(line: string): string {
  return line.replaceAll(/\*\*(.+?)\*\*/g, (marked, words: string) => {
    const styled = styleText('bold', words, { stream: process.stdout });
    return styled === words ? marked : styled;
  });
}

function problemLines({ file, problems }: CheckedFile): string[] {
  return formatProblems(problems, file);
}
