import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { scenarios } from '../lab/simulation/scenarios.ts';
import { Schedule } from '../lab/simulation/schedule.ts';
import { Durations } from '../lab/simulation/search/setting.ts';
import type { Durations as RunDurations } from '../lab/simulation/world/facts.ts';
import { UsageError } from './io.ts';

/** A schedule as a file keeps it, with what of its run was not as in a search. */
const ReplayFile = Schedule.extend({
  scenario: z.enum(scenarios.map(({ name }) => name)),
  /** The file of the plan, if the run was under a plan of one's own. */
  plan: z.string().optional(),
  durations: Durations.optional(),
});
export type ReplayFile = z.infer<typeof ReplayFile>;

const FOLDER = 'replays';

/** A run that broke a promise. */
interface BrokenRun {
  readonly invariant: string;
  readonly schedule: Schedule;
  readonly durations?: RunDurations;
}

/** Keeps what shows each violation, so that anybody can run it again; gives the files' names. */
export async function writeReplays(
  broken: readonly BrokenRun[],
  plan?: string,
): Promise<readonly string[]> {
  const files = replayNames(broken);
  if (broken.length > 0) await mkdir(FOLDER, { recursive: true });
  for (const [index, { schedule, durations }] of broken.entries()) {
    const content = { ...schedule, plan, durations };
    await writeFile(files[index] ?? '', `${JSON.stringify(content, null, 2)}\n`);
  }
  return files;
}

/** Findings of one scenario may differ only in the world that they leave: each has a file. */
export function replayNames(
  broken: readonly { invariant: string; schedule: Pick<Schedule, 'scenario'> }[],
): string[] {
  const times = new Map<string, number>();
  return broken.map(({ invariant, schedule: { scenario } }) => {
    const name = `${invariant}-${scenario}`;
    const count = (times.get(name) ?? 0) + 1;
    times.set(name, count);
    return join(FOLDER, count === 1 ? `${name}.json` : `${name}-${count}.json`);
  });
}

/** Reads a replay file. @throws UsageError if there is none, or if it is no schedule */
export async function readReplay(file: string): Promise<ReplayFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--replay: ${error instanceof Error ? error.message : String(error)}`);
  }
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--replay: ${file} is not JSON: ${words}`);
  }
  const parsed = ReplayFile.safeParse(found, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new UsageError(`--replay: ${file} is no schedule. ${wordsOf(parsed.error)}`);
}

/** What was found and what would be right, for words that must be one of several. */
function wordsOf(error: z.ZodError): string {
  const lines = error.issues.map((issue) => {
    if (issue.code !== 'invalid_value') return z.prettifyError({ issues: [issue] });
    const place = z.core.toDotPath(issue.path);
    const found = JSON.stringify(issue.input);
    return `${place}: found ${found}; expected one of ${issue.values.join(', ')}.`;
  });
  return lines.join('\n');
}
