import type { Settled } from '../core/reconcile/settled.ts';
import { planUnits } from '../aws/reconcile/plan-units.ts';
import { isMysqlUrl } from '../aws/mysql/url.ts';
import type { Approval } from '../core/reconcile/approved.ts';
import { isOfMysql } from '../core/reconcile/comparison.ts';
import type { Report } from '../core/reconcile/report-files.ts';
import { openUnits } from './apply-engines.ts';
import { parseArguments } from './args.ts';
import { formatPlanned, formatSettled } from './format-apply.ts';
import { listenForInterruption } from './interrupt.ts';
import type { Command, Io } from './io.ts';
import { UsageError } from './io.ts';
import { confirmed } from './operator-args.ts';
import { readReport } from './report-folder.ts';
import { asJson } from './safe-text.ts';

const help = `Gives the writer what was approved of a report: a transaction of the old primary at a time, each with
a mark in the same transaction, so that nothing is applied twice, whatever happens in between.

Examples
  failover apply report --writer postgres://admin@new.example.com/shop \\
                 --approve lostInsert,lostUpdate --by ada --dry-run
  failover apply report --writer ... --approve lostInsert --row orders:id=17 --by ada

Options
  --writer URL    the standby that was promoted
  --approve LIST  CLASS or TABLE:CLASS, with commas between: the old primary's version is taken.
                  conflict and unclear only with a table. May be given again
  --row NAME      one row as the report names it, orders:id=17. May be given again
  --renumber LIST TABLE.COLUMN that gets the next number of its sequence in rows whose old number
                  the writer has given to another row; says which became which.
                  What refers to the old number without a foreign key is not found
  --leave LIST    tables that were not compared, whose rows stay behind with what else their
                  transactions wrote
  --by NAME       who approved it; kept with every mark
  --dry-run       says what would be applied, and changes nothing
  --confirm NAME  the database's name, instead of typing it
  --json          one JSON document on stdout

PostgreSQL: the role needs to write the tables concerned, CREATE on the database for the marks, and
to set session_replication_role where triggers must stay silent.
MySQL and MariaDB (mysql://, MYSQL_PWD): to write the tables concerned, TRIGGER on the database,
CREATE, SELECT and INSERT on region_failover.*, for deletes and updates SELECT on *.*, for counters
LOCK TABLES and ALTER. What would fire a trigger is refused, and --renumber is not known.
Run it again after an interruption.

Exit status: 0 everything approved is there, 1 something is not, 2 wrong usage, 130 Ctrl-C.`;

const options = {
  writer: { type: 'string' },
  approve: { type: 'string', multiple: true },
  row: { type: 'string', multiple: true },
  renumber: { type: 'string', multiple: true },
  leave: { type: 'string', multiple: true },
  by: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  confirm: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** `failover apply`. */
export const applyCommand: Command = async (args, io) => {
  const { values, positionals } = parseArguments(args, options);
  if (values.help) {
    io.out(help);
    return 0;
  }
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0)
    throw new UsageError(`found ${positionals.length} folders; expected that of one report.`);
  const { writer, by, confirm, json } = values;
  if (by === undefined || by.trim() === '')
    throw new UsageError('--by NAME is missing: it is kept with everything that is applied.');
  const items = listOf(values.approve);
  const single = values.row ?? [];
  if (items.length + single.length === 0)
    throw new UsageError('--approve LIST is missing: nothing is applied that nobody approved.');
  const report = await readReport(folder);
  const { head, rows } = report;
  const isMysql = isOfMysql(head.origin);
  if (writer !== undefined && isMysqlUrl(writer) !== isMysql)
    throw new UsageError('--writer: found a database of another kind than that of the report.');
  const [renumber, leave] = [listOf(values.renumber), listOf(values.leave)];
  const approval: Approval = { items, rows: single, renumber, leave, by };
  if (isMysql && renumber.length > 0)
    throw new UsageError('--renumber: found a report of MySQL or MariaDB; expected PostgreSQL.');
  const planned = planUnits({ rows }, approval);
  if (values['dry-run']) {
    io.out(json ? asJson(planned) : formatPlanned(planned));
    return 0;
  }
  if (writer === undefined) throw new UsageError('--writer URL is missing.');
  const { database } = head.origin;
  if (!(await confirmed(io, database, { confirm }, formatPlanned(planned), 'database'))) return 1;
  return await applyReport(report, writer, approval, json, io);
};

const listOf = (lists: readonly string[] = []): string[] =>
  lists.flatMap((list) => list.split(',')).filter(Boolean);

async function applyReport(
  report: Report,
  url: string,
  approval: Approval,
  json: boolean,
  io: Io,
): Promise<number> {
  const interruption = listenForInterruption(undefined);
  const { units, close } = await openUnits(report, url, approval);
  const settled: Settled[] = [];
  try {
    for await (const each of units) {
      settled.push(each);
      if (interruption.signal.aborted) break;
    }
  } finally {
    interruption.end();
    // Also where it failed on the way: what was done is done, and numbers that changed are told here.
    io.out(json ? asJson(settled) : formatSettled(settled, report.rows.length));
    await close();
  }
  const isMissing = settled.some(({ outcome }) => outcome === 'refused' || outcome === 'partly');
  return interruption.statusOf(isMissing);
}
