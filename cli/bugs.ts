import { bugs } from '../lab/simulation/bugs/catalogue.ts';
import type { Hunted, HuntReport } from '../lab/simulation/bugs/hunt.ts';
import { huntBugs } from '../lab/simulation/bugs/hunt.ts';
import type { Setting } from '../lab/simulation/search/run-job.ts';
import { listenForInterruption } from './interrupt.ts';
import type { Io } from './io.ts';
import { asJson } from './safe-text.ts';

/** Each thread loads the product anew; more at once would only wait for each other. */
const THREADS = 2;

/** `failover simulate --bugs`: 0 if every deliberate bug is found by an invariant of its row. */
export async function huntCommand(setting: Setting, json: boolean, io: Io): Promise<number> {
  const interruption = listenForInterruption();
  try {
    return interruption.statusOf(!(await hunt(setting, interruption.signal, json, io)));
  } finally {
    interruption.end();
  }
}

/** Whether all that was hunted was found, and nothing was reported where there was no bug. */
async function hunt(
  setting: Setting,
  signal: AbortSignal,
  json: boolean,
  io: Io,
): Promise<boolean> {
  let done = 0;
  const startedAt = performance.now();
  const report = await huntBugs(setting, bugs, {
    threads: THREADS,
    signal,
    onHunted: ({ bug, fate }) => {
      done += 1;
      if (!json) io.err(`${done} of ${bugs.length} bugs; ${bug.id}: ${fate}`);
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const { hunted, control, planned } = report;
  const interrupted = hunted.length < planned;
  io.out(
    json
      ? asJson({ seconds, interrupted, planned, control, hunted: hunted.map(rowOf) })
      : formatHunt(report, seconds),
  );
  return control.reported.length === 0 && hunted.every(({ fate }) => fate === 'killed');
}

function rowOf({ bug, fate, runs, reported }: Hunted) {
  const { id, what, killedBy } = bug;
  return { bug: id, what, fate, runs, wanted: killedBy, reported };
}

/** The table as a person reads it. */
export function formatHunt({ hunted, control, planned }: HuntReport, seconds: number): string {
  const killed = hunted.filter(({ fate }) => fate === 'killed').length;
  return [
    `${'bug'.padEnd(31)}${'killed by'.padEnd(20)}runs  what`,
    ...hunted.map(line),
    '',
    ...control.reported.map(
      ({ invariant, why }) => `Without any bug, ${invariant} reports all the same: ${why}`,
    ),
    ...(hunted.length < planned
      ? [`Interrupted: ${hunted.length} of ${planned} bugs were tried so far.`]
      : []),
    `${killed} of ${hunted.length} deliberate bugs were found, in ${seconds.toFixed(0)} s.`,
  ].join('\n');
}

function line({ bug, fate, runs, reported }: Hunted): string {
  const names = reported.map(({ invariant }) => invariant).join(' ');
  const told = fate === 'killed' ? names : fate === 'survived' ? 'SURVIVED' : `ONLY ${names}`;
  const wanted = fate === 'killed' ? '' : ` (wanted: ${bug.killedBy.join(' or ')})`;
  return `${bug.id.padEnd(31)}${told.padEnd(20)}${String(runs).padStart(4)}  ${bug.what}${wanted}`;
}
