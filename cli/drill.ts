import { join } from 'node:path';
import { readRulebook } from '../aws/postgres/references.ts';
import { reportSql } from '../aws/postgres/report-sql.ts';
import { openSide } from '../aws/postgres/side.ts';
import { loadPlans } from '../aws/plan-file.ts';
import type { Plan } from '../aws/plan.ts';
import { createWallClock } from '../lab/clock.ts';
import { runDrill } from '../lab/drill/drill.ts';
import type { OnCompared } from '../lab/drill/record-drill.ts';
import { scenarios } from '../lab/drill/scenarios.ts';
import { oneOf, parseArguments } from './args.ts';
import { answerOver, approveApplying, channels, showLinks } from './drill-answers.ts';
import { formatRecord } from './format-record.ts';
import type { Command, Io } from './io.ts';
import { UsageError } from './io.ts';
import { createProgress } from './progress.ts';
import { assertNew, writeReport } from './report-folder.ts';
import { asJson } from './safe-text.ts';

const help = `Runs a failover on this machine: a real PostgreSQL primary and its standby in two
"Regions", a real DNS server, real clients, and the workflow as it would be deployed.

Examples
  failover drill
  failover drill --scenario rpo-breach            prints a link, and waits for you to decide
  failover drill --scenario rpo-breach --approve-by mail
  failover drill --strategy pilotLight --json
  failover drill --plan plans/shop.yaml

Options
  --scenario NAME   what happens (default ${scenarios[0]?.name ?? ''})
  --approve-by WAY  say yes to every question, the real way: page, mail, slack or cli
  --reject-by WAY   say no, likewise
  --approve         as --approve-by page; --reject as --reject-by page
  --strategy NAME   pilotLight or warmStandby: what runs in the standby before the outage
  --plan FILE       a plan of your own: names and rules are yours, the parts are ours
  --seed N          seeds the jitter of retries (default 1)
  --report DIR      keeps the report of what never crossed: a page, every row, and SQL
  --failback        goes on until the service is home again, and its standby has a replica
  --no-reconcile    leaves the orders that never crossed where they are
  --json            one JSON document on stdout, nothing else

Scenarios
${scenarios.map(({ name, summary }) => `  ${name.padEnd(22)}${summary}`).join('\n')}

Exit status: 0 the scenario ended as it should, 1 it did not, 2 wrong usage.`;

const defaultPlan = join(import.meta.dirname, '..', 'lab', 'plans', 'drill.yaml');

/** `failover drill`. */
export const drillCommand: Command = async (args, io) => {
  const { values, positionals } = parseArguments(args, {
    scenario: { type: 'string' },
    approve: { type: 'boolean', default: false },
    reject: { type: 'boolean', default: false },
    'approve-by': { type: 'string' },
    'reject-by': { type: 'string' },
    strategy: { type: 'string' },
    plan: { type: 'string' },
    seed: { type: 'string', default: '1' },
    report: { type: 'string' },
    failback: { type: 'boolean', default: false },
    'no-reconcile': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) {
    io.out(help);
    return 0;
  }
  if (positionals.length > 0) {
    throw new UsageError(`found "${positionals.join(' ')}"; a scenario is given by --scenario.`);
  }
  const names = scenarios.map(({ name }) => name);
  const name = oneOf('--scenario', values.scenario, names) ?? names[0];
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new UsageError('There is no scenario.');
  const strategy = oneOf('--strategy', values.strategy, ['pilotLight', 'warmStandby']);
  const planFile = values.plan ?? defaultPlan;
  const plan = await onePlan(planFile);
  const approveBy = oneOf('--approve-by', values['approve-by'], channels);
  const rejectBy = oneOf('--reject-by', values['reject-by'], channels);
  const approve = approveBy ?? (values.approve ? 'page' : undefined);
  const reject = rejectBy ?? (values.reject ? 'page' : undefined);
  if (approve !== undefined && reject !== undefined) {
    throw new UsageError('--approve and --reject exclude each other.');
  }
  if (values.failback && values['no-reconcile']) {
    throw new UsageError(
      '--failback needs what --no-reconcile leaves out: no way back before that.',
    );
  }
  if (values.failback && plan.failback === undefined) {
    throw new UsageError(`--failback: ${planFile} has no section failback.`);
  }
  const { report } = values;
  if (report !== undefined) assertNew(report);
  const progress = createProgress(io, io.isTerminal && !values.json);
  const record = await runDrill({
    plan: strategy === undefined ? plan : { ...plan, strategy },
    planFile,
    scenario,
    seed: seedOf(values.seed),
    ask:
      approve !== undefined
        ? answerOver(approve, 'approve', io)
        : reject !== undefined
          ? answerOver(reject, 'reject', io)
          : approveApplying(io, showLinks(io)),
    say: progress.say,
    observers: progress.observers,
    reconcile: !values['no-reconcile'],
    failback: values.failback,
    ...(report === undefined ? {} : { onCompared: keepReport(report, io) }),
  });
  io.out(values.json ? asJson(record) : formatRecord(record));
  return record.asExpected ? 0 : 1;
};

/** Writes the report while both databases are still there. */
function keepReport(folder: string, io: Io): OnCompared {
  return async (comparison, { standby }) => {
    const writer = await openSide('The writer', standby.database.url());
    try {
      const rulebook = await readRulebook(writer);
      const sql = reportSql(comparison, rulebook);
      const comparedAt = createWallClock().now();
      const files = await writeReport(folder, { comparison, sql, comparedAt, mask: [] });
      for (const file of files) io.err(`wrote ${file}`);
    } finally {
      await writer.close();
    }
  };
}

/** The single plan of a file. @throws InvalidInputError with every mistake */
export async function onePlan(file: string): Promise<Plan> {
  const [plan, ...others] = await loadPlans(file);
  if (plan === undefined || others.length > 0) {
    throw new UsageError(`--plan: ${file} holds ${others.length + 1} plans; name one file.`);
  }
  return plan;
}

function seedOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--seed: found "${text}"; expected a whole number from 0 to 999999999.`);
}
