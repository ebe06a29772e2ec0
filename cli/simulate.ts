import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createWallClock } from '../lab/clock.ts';
import { packTemplate } from '../lab/template.ts';
import { patient } from '../lab/simulation/plans.ts';
import { scenarios } from '../lab/simulation/scenarios.ts';
import { startPool } from '../lab/simulation/search/pool.ts';
import type { Finding, Progress } from '../lab/simulation/search/report.ts';
import { search } from '../lab/simulation/search/search.ts';
import { briskDurations } from '../lab/simulation/search/setting.ts';
import { oneOf, parseArguments } from './args.ts';
import { huntCommand } from './bugs.ts';
import { onePlan } from './drill.ts';
import { faultWords, isWhole, layersNamed } from './fault-layers.ts';
import { formatSearch } from './format-search.ts';
import type { Command, Io } from './io.ts';
import { UsageError } from './io.ts';
import { replay } from './replay.ts';
import { resilienceCommand } from './resilience.ts';
import { asJson } from './safe-text.ts';

/** Where no scenario is chosen, pairs are tried of this one: nobody accepted two writers in it. */
const PAIRS_OF = 'outage-fenced';

const help = `Breaks every call of the workflow in every way, in virtual time, and checks the promises
after every event. The real state machine, functions and adapters run against a simulated world.

Examples
  failover simulate                              everything: hours on two cores
  failover simulate --scenario outage --faults single,events
  failover simulate --faults random --seeds 5000 --budget 5m
  failover simulate --replay replays/S1-outage.json
  failover simulate --bugs                       checks the checker
  failover simulate --plan plans/shop.yaml       what a plan of yours withstands: a report

Options
  --scenario NAME   only this one (default: all of them)
  --faults WHAT     one or more of ${faultWords.join(',')} (default all);
                    pairs are those of one scenario (default ${PAIRS_OF})
  --seed N          decides every delay and the random walks (default 1)
  --seeds N         how many random walks (default 2000), or with --plan runs a scenario (20)
  --budget TIME     ends after this long and says what was covered, as in 90s or 5m
  --bugs            puts each bug of a catalogue into the product: the invariants must find it
  --plan FILE       plays the scenarios under this plan as it is, and prints a report (Markdown)
  --replay FILE     runs the schedule of a replay file and prints its timeline
  --json            one JSON document on stdout, nothing else

Scenarios
${scenarios.map(({ name, summary }) => `  ${name.padEnd(28)}${summary}`).join('\n')}

Exit status: 0 no promise was broken, 1 one was or something was never reached, 2 wrong usage.`;

const planFile = join(import.meta.dirname, '..', 'lab', 'plans', 'drill.yaml');

/** `failover simulate`. */
export const simulateCommand: Command = async (args, io) => {
  const { values, positionals } = parseArguments(args, {
    scenario: { type: 'string' },
    faults: { type: 'string' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string' },
    budget: { type: 'string' },
    plan: { type: 'string' },
    replay: { type: 'string' },
    bugs: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) {
    io.out(help);
    return 0;
  }
  if (positionals.length > 0)
    throw new UsageError(`found "${positionals.join(' ')}"; a scenario is given by --scenario.`);
  const name = oneOf(
    '--scenario',
    values.scenario,
    scenarios.map((each) => each.name),
  );
  const chosen = name === undefined ? scenarios.map((each) => each.name) : [name];
  if (values.plan !== undefined) {
    const seeds = wholeNumber('--seeds', values.seeds ?? '20');
    return await resilienceCommand(requestOf(values, values.plan, chosen, seeds), io);
  }
  const setting = {
    plan: patient(await onePlan(planFile)),
    template: await packTemplate(planFile),
    durations: briskDurations,
  };
  if (values.replay !== undefined) return await replay(values.replay, setting, values.json, io);
  if (values.bugs) return await huntCommand(setting, values.json, io);
  const layers = layersNamed(values.faults ?? 'all');
  const stop = new AbortController();
  const end = endAfter(values.budget, stop);
  const pool = startPool(setting);
  try {
    const startedAt = performance.now();
    const report = await search(setting, pool, {
      scenarios: chosen,
      layers,
      pairsOf: [name ?? PAIRS_OF],
      seed: wholeNumber('--seed', values.seed),
      walks: wholeNumber('--seeds', values.seeds ?? '2000'),
      signal: stop.signal,
      onProgress: showProgress(io, values.json),
    });
    const seconds = (performance.now() - startedAt) / 1000;
    const mustReachAll = name === undefined && isWhole(layers) && !report.interrupted;
    const files = await Promise.all(report.findings.map(writeReplay));
    io.out(
      values.json
        ? asJson({ ...report, seconds, isWhole: mustReachAll, replays: files })
        : formatSearch(report, { seconds, cores: pool.size, isWhole: mustReachAll, files }),
    );
    return report.findings.length > 0 || (mustReachAll && report.missing.length > 0) ? 1 : 0;
  } finally {
    end();
    await pool.close();
  }
};

/** What only a search knows is refused: it would be ignored. */
function requestOf(
  values: Readonly<Record<'seed', string>> &
    Readonly<Partial<Record<'faults' | 'budget' | 'replay', string>>> & { readonly json: boolean },
  planFile: string,
  chosen: readonly string[],
  seeds: number,
) {
  const { faults, budget, replay: file } = values;
  const [found] = Object.entries({ faults, budget, replay: file }).filter(
    ([, value]) => value !== undefined,
  );
  if (found !== undefined) throw new UsageError(`--plan and --${found[0]} exclude each other.`);
  if (seeds === 0) throw new UsageError('--seeds: found "0"; expected 1 or more with --plan.');
  const seed = wholeNumber('--seed', values.seed);
  return { planFile, scenarios: chosen, seed, seeds, json: values.json };
}

/** Ctrl-C and the end of the budget end the search; what was covered is printed all the same. */
function endAfter(budget: string | undefined, stop: AbortController): () => void {
  const interrupt = (): void => {
    stop.abort();
  };
  process.once('SIGINT', interrupt);
  const over = new AbortController();
  if (budget !== undefined) {
    const waiting = createWallClock().sleep(millisecondsOf(budget), over.signal);
    waiting.then(interrupt, () => undefined);
  }
  return () => {
    over.abort();
    process.off('SIGINT', interrupt);
  };
}

function millisecondsOf(budget: string): number {
  const [, count, unit] = /^(\d{1,5})(s|m|h)$/.exec(budget) ?? [];
  const seconds = { s: 1, m: 60, h: 3600 }[unit ?? ''];
  if (count !== undefined && seconds !== undefined) return Number(count) * seconds * 1000;
  throw new UsageError(`--budget: found "${budget}"; expected a time such as 90s, 5m or 1h.`);
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`${option}: found "${text}"; expected a whole number up to 999999999.`);
}

const PROGRESS_MILLISECONDS = 2000;

function showProgress(io: Io, isQuiet: boolean) {
  let last = 0;
  return ({ layer, done, planned, violations }: Progress): void => {
    const now = performance.now();
    if (isQuiet || (now - last < PROGRESS_MILLISECONDS && done < planned)) return;
    last = now;
    io.err(`${layer.padEnd(9)}${done} of ${planned} runs; ${violations} promises broken`);
  };
}

/** Keeps what shows a violation, so that anybody can run it again. */
async function writeReplay({ violation, schedule }: Finding): Promise<string> {
  const file = join('replays', `${violation.invariant}-${schedule.scenario}.json`);
  await mkdir('replays', { recursive: true });
  await writeFile(file, `${JSON.stringify(schedule, null, 2)}\n`);
  return file;
}
