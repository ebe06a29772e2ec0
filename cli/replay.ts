import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { Schedule } from '../lab/simulation/schedule.ts';
import type { Setting } from '../lab/simulation/search/run-job.ts';
import { runSchedule } from '../lab/simulation/search/run-job.ts';
import { timelineOf } from '../lab/simulation/trace.ts';
import type { Io } from './io.ts';
import { UsageError } from './io.ts';
import { asJson } from './safe-text.ts';

/** Runs the schedule of a replay file, and prints what happened. 0 if no promise was broken. */
export async function replay(
  file: string,
  setting: Setting,
  json: boolean,
  io: Io,
): Promise<number> {
  const { ghost, ends, violations, digest } = await runSchedule(setting, await read(file));
  const timeline = timelineOf(ghost.events, ghost.startedAt);
  const broken = violations.map(
    ({ invariant, promise, title, why, atSeconds }) =>
      `${invariant} (promise ${promise}): ${title}.\n  At ${atSeconds.toFixed(3)} s: ${why}`,
  );
  const verdict = broken.length === 0 ? ['No promise was broken.'] : broken;
  io.out(
    json
      ? asJson({ ends, violations, digest, timeline })
      : [...timeline, '', ...verdict, `Trace ${digest}`].join('\n'),
  );
  return violations.length === 0 ? 0 : 1;
}

async function read(file: string): Promise<Schedule> {
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
  const parsed = Schedule.safeParse(found);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--replay: ${file} is no schedule. ${z.prettifyError(parsed.error)}`);
}
