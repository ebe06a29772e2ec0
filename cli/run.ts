import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Json } from '../core/json.ts';
import { packTemplate } from '../lab/template.ts';
import type { EventRun } from '../lab/virtual/run-event.ts';
import { runEvent } from '../lab/virtual/run-event.ts';
import { oneOf, parseArguments } from './args.ts';
import { onePlan } from './drill.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import { summarize } from '../lab/narrate.ts';
import { asJson } from './safe-text.ts';

const help = `Runs one alarm event through the packed workflow in virtual time: half an hour in
milliseconds, with durations as AWS documents them.

Examples
  failover run --event lab/events/primary-down.json --approve
  failover run --event lab/events/primary-down.json --primary up
  failover run --event event.json --plan plans/mine.yaml

Options
  --event FILE     the event as EventBridge delivers it (JSON)
  --plan FILE      the plan (default: plans/shop.yaml)
  --primary STATE  down (default) or up: what the probes find
  --approve        a human says yes after a minute; --reject says no
  --json           one JSON document on stdout, nothing else

Exit status: 0 the workflow ended in a good end, 1 it did not, 2 wrong usage.`;

const defaultPlan = join(import.meta.dirname, '..', 'plans', 'shop.yaml');

/** `failover run`. */
export const runCommand: Command = async (args, io) => {
  const { values } = parseArguments(args, {
    event: { type: 'string' },
    plan: { type: 'string', default: defaultPlan },
    primary: { type: 'string', default: 'down' },
    approve: { type: 'boolean', default: false },
    reject: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) {
    io.out(help);
    return 0;
  }
  if (values.event === undefined) throw new UsageError('--event FILE is missing.');
  if (values.approve && values.reject)
    throw new UsageError('--approve and --reject exclude each other.');
  const primary = oneOf('--primary', values.primary, ['down', 'up']) ?? 'down';
  const [event, plan] = await Promise.all([readEvent(values.event), onePlan(values.plan)]);
  const lines: string[] = [];
  const said = new Map<string, string>();
  const run = await runEvent({
    plan,
    template: await packTemplate(values.plan),
    event,
    primary,
    answer: values.approve ? 'approve' : values.reject ? 'reject' : undefined,
    observers: {
      onEvent: (each) => {
        const told = summarize(each);
        if (told === undefined || said.get(told.state) === told.why) return;
        said.set(told.state, told.why);
        lines.push(`${each.timestamp.toISOString()}  ${told.state.padEnd(24)}${told.why}`);
      },
    },
  });
  io.out(values.json ? asJson(run) : formatRun(run, lines));
  return ['recovered', 'declined', 'stoodDown', 'rejected'].includes(run.outcome) ? 0 : 1;
};

async function readEvent(file: string): Promise<Json> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--event: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return z.json().parse(JSON.parse(text));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--event: ${file} is not JSON: ${words}`);
  }
}

function formatRun(run: EventRun, lines: readonly string[]): string {
  if (run.outcome === 'ignored') {
    return 'The rule of the stack does not match this event: nothing was started.';
  }
  const seconds = (value: number | null): string =>
    value === null ? 'not reached' : `${value.toFixed(1)} s`;
  return [
    ...lines,
    '',
    `${run.outcome.toUpperCase()}   ${run.incident?.why ?? ''}`,
    `RTO ${seconds(run.rtoSeconds)} = floor ${seconds(run.floorSeconds)} + overhead ${seconds(run.overheadSeconds)}`,
    `${run.transitions} transitions: ${shortPath(run.path)}`,
    ...run.notifications.map(({ channel, subject }) => `told ${channel}: ${subject}`),
  ].join('\n');
}

/** Each state once, in the order of its first visit, with the number of visits. */
function shortPath(path: readonly string[]): string {
  const visits = new Map<string, number>();
  for (const state of path) visits.set(state, (visits.get(state) ?? 0) + 1);
  return [...visits]
    .map(([state, count]) => (count > 1 ? `${state} ×${count}` : state))
    .join(' > ');
}
