import { strangersIn } from '../core/reconcile/mask.ts';
import { createWallClock } from '../lab/clock.ts';
import { parseArguments, wholeNumber } from './args.ts';
import { compareUrls } from './compare-engines.ts';
import { formatComparison } from './format-comparison.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import { assertNew, writeReport } from './report-folder.ts';
import { asJson } from './safe-text.ts';

const help = `Finds the rows of an old primary that never reached the writer, and tells on which side each was
written. Reads both databases, and changes nothing. The old primary must take no writes any more.

Examples
  failover compare --old postgres://reader@old.example.com/shop \\
                   --writer postgres://reader@new.example.com/shop --report report

  failover compare --old mysql://reader@old.example.com/shop \\
                   --writer mysql://reader@new.example.com/shop

Options
  --old URL      the old primary, as it came back
  --writer URL   the standby that was promoted
  --report DIR   writes a report: a page for people, every row (JSON Lines), and SQL to read
  --mask LIST    columns whose values the page does not show: customers.mail,*.card
  --parallel N   sessions of each side that read large tables at once (default 4; PostgreSQL)
  --json         one JSON document on stdout, with every row

A password is taken from PGPASSWORD or from the URL. Both need track_commit_timestamp = on since
before the outage: without it rows are found, and on which side they were written is not known.
MySQL and MariaDB (mysql://, mariadb://, MYSQL_PWD): GTIDs, and the old primary's binary log, which
needs REPLICATION SLAVE, tell the side.

Exit status: 0 nothing is missing, 1 something is or could not be compared, 2 wrong usage.`;

/** `failover compare`. */
export const compareCommand: Command = async (args, io) => {
  const { values, positionals } = parseArguments(args, {
    old: { type: 'string' },
    writer: { type: 'string' },
    report: { type: 'string' },
    mask: { type: 'string', multiple: true },
    parallel: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) {
    io.out(help);
    return 0;
  }
  if (positionals.length > 0)
    throw new UsageError(`found "${positionals.join(' ')}"; expected none.`);
  if (values.old === undefined) throw new UsageError('--old URL is missing.');
  if (values.writer === undefined) throw new UsageError('--writer URL is missing.');
  const urls = { old: values.old, writer: values.writer };
  const mask = (values.mask ?? []).flatMap((list) => list.split(',')).filter(Boolean);
  const { report } = values;
  const parallel = wholeNumber('--parallel', values.parallel ?? '4');
  if (parallel < 1 || parallel > 16)
    throw new UsageError(`--parallel: found ${parallel}; expected 1 to 16.`);
  if (mask.length > 0 && report === undefined)
    throw new UsageError('--mask hides values on the page of a report; --report DIR is missing.');
  if (report !== undefined) assertNew(report);
  // What is written while it is compared may not be seen: the report is as old as its beginning.
  const comparedAt = createWallClock().now();
  const { comparison, sql } = await compareUrls(
    urls,
    (tables) => {
      const [stranger] = strangersIn(mask, tables);
      if (stranger !== undefined)
        throw new UsageError(`--mask: found "${stranger}"; expected TABLE.COLUMN or *.COLUMN.`);
    },
    {
      parallel,
      tell: (words) => {
        io.err(words);
      },
    },
  );
  if (report !== undefined) {
    const files = await writeReport(report, { comparison, sql: sql(), comparedAt, mask });
    for (const file of files) io.err(`wrote ${file}`);
  }
  io.out(values.json ? asJson(comparison) : formatComparison(comparison));
  return comparison.rows.length === 0 && comparison.leftOut.length === 0 ? 0 : 1;
};
