/**
 * `npm run bench`: measures what the README claims and holds it against its limits. Medians of
 * several runs; the machine's load shows in the spread.
 */
import { execFile, spawn } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { loadPlans } from '../aws/plan-file.ts';
import { packTemplate } from '../lab/template.ts';
import { runEvent } from '../lab/virtual/run-event.ts';
import { measurePage } from './bench-page.ts';
import { treeMegabytes } from './memory.ts';

const root = join(import.meta.dirname, '..');
const run = promisify(execFile);
const IMPORTS = 9;
const DRILLS = 3;

interface Row {
  readonly what: string;
  readonly found: number;
  readonly unit: string;
  readonly limit: number;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Nobody waits for their start while a service is down: the watch, which has the drivers of every kind,
 * and those that work in databases for minutes.
 */
const UNHURRIED = ['on-schedule.mjs', 'compare-database.mjs', 'apply-writes.mjs'];

async function bundles(): Promise<Row[]> {
  const folder = join(root, 'dist', 'functions');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.mjs'));
  const largest = async (some: readonly string[]): Promise<number> =>
    Math.max(
      ...(await Promise.all(some.map((name) => stat(join(folder, name))))).map(({ size }) => size),
    ) / 1024;
  const hurried = names.filter((name) => !UNHURRIED.includes(name));
  const imports: number[] = [];
  for (const name of names) imports.push(await coldImport(join(folder, name)));
  return [
    {
      what: 'largest bundle that a service waits for',
      found: await largest(hurried),
      unit: 'KiB',
      limit: 700,
    },
    {
      what: 'largest bundle of the others',
      found: await largest(UNHURRIED),
      unit: 'KiB',
      limit: 900,
    },
    { what: 'slowest cold import, median', found: Math.max(...imports), unit: 'ms', limit: 250 },
  ];
}

/** Milliseconds to import a bundle in a fresh process: the median of several. */
async function coldImport(file: string): Promise<number> {
  const code = `const t=performance.now();await import(${JSON.stringify(file)});process.stdout.write(String(performance.now()-t))`;
  const times: number[] = [];
  for (let index = 0; index < IMPORTS; index += 1) {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code]);
    times.push(Number(stdout));
  }
  return median(times);
}

const Drill = z.object({
  transitions: z.number(),
  rto: z.object({ measuredSeconds: z.number(), overheadSeconds: z.number() }),
});

async function drills(): Promise<Row[]> {
  const found: { wall: number; megabytes: number; record: z.infer<typeof Drill> }[] = [];
  for (let index = 0; index < DRILLS; index += 1) found.push(await oneDrill());
  const of = (pick: (each: (typeof found)[number]) => number): number => median(found.map(pick));
  return [
    { what: 'drill, wall', found: of(({ wall }) => wall), unit: 's', limit: 60 },
    {
      what: 'drill, memory of all processes',
      found: of(({ megabytes }) => megabytes),
      unit: 'MB',
      limit: 600,
    },
    {
      what: 'drill, RTO of the clients',
      found: of(({ record }) => record.rto.measuredSeconds),
      unit: 's',
      limit: 60,
    },
    {
      what: 'drill, overhead',
      found: of(({ record }) => record.rto.overheadSeconds),
      unit: 's',
      limit: 2,
    },
    {
      what: 'drill, transitions',
      found: of(({ record }) => record.transitions),
      unit: '',
      limit: 80,
    },
  ];
}

async function oneDrill() {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(root, 'cli', 'main.ts'), 'drill', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  let megabytes = 0;
  const sampling = setInterval(() => {
    megabytes = Math.max(megabytes, treeMegabytes(child.pid ?? 0));
  }, 500);
  await new Promise((resolve) => child.on('close', resolve));
  clearInterval(sampling);
  const wall = (performance.now() - startedAt) / 1000;
  return { wall, megabytes, record: Drill.parse(JSON.parse(text)) };
}

async function virtual(): Promise<Row[]> {
  const planFile = join(root, 'plans', 'shop.yaml');
  const [plan] = await loadPlans(planFile);
  if (plan === undefined) throw new Error('There is no example plan.');
  const text = await readFile(join(root, 'lab', 'events', 'primary-down.json'), 'utf8');
  const event = z.json().parse(JSON.parse(text));
  const template = await packTemplate(planFile);
  const result = await runEvent({ plan, template, event, primary: 'down', answer: 'approve' });
  const seconds = (value: number | null): number => value ?? Number.NaN;
  return [
    {
      what: 'documented durations, floor',
      found: seconds(result.floorSeconds),
      unit: 's',
      limit: Number.POSITIVE_INFINITY,
    },
    {
      what: 'documented durations, overhead',
      found: seconds(result.overheadSeconds),
      unit: 's',
      limit: 15,
    },
    {
      what: 'approval page, warm, median',
      found: median(await measurePage(plan, template)),
      unit: 'ms',
      limit: 300,
    },
  ];
}

const rows = [...(await bundles()), ...(await virtual()), ...(await drills())];
for (const { what, found, unit, limit } of rows) {
  const isFine = found <= limit;
  const bound = Number.isFinite(limit) ? `limit ${limit} ${unit}` : 'for comparison';
  const words = `${found.toFixed(1).padStart(8)} ${unit.padEnd(4)} ${bound}`;
  process.stdout.write(`${what.padEnd(42)}${words}${isFine ? '' : '   EXCEEDED'}\n`);
  if (!isFine) process.exitCode = 1;
}
