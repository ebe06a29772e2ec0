import { compareDatabases } from '../aws/postgres/compare.ts';
import { withSides } from '../aws/postgres/side.ts';
import { parseArguments } from './args.ts';
import { formatComparison } from './format-comparison.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import { asJson } from './safe-text.ts';

const help = `Finds the rows of an old primary that never reached the writer, and tells on which side each was
written. Reads both databases, and changes nothing. The old primary must take no writes any more.

Examples
  failover compare --old postgres://reader@old.example.com/shop \\
                   --writer postgres://reader@new.example.com/shop

Options
  --old URL      the old primary, as it came back
  --writer URL   the standby that was promoted
  --json         one JSON document on stdout, with every row

A password is taken from PGPASSWORD or from the URL. Both need track_commit_timestamp = on since
before the outage: without it rows are found, and on which side they were written is not known.

Exit status: 0 nothing is missing, 1 something is or could not be compared, 2 wrong usage.`;

/** `failover compare`. */
export const compareCommand: Command = async (args, io) => {
  const { values, positionals } = parseArguments(args, {
    old: { type: 'string' },
    writer: { type: 'string' },
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
  const comparison = await withSides(urls, compareDatabases);
  io.out(values.json ? asJson(comparison) : formatComparison(comparison));
  return comparison.rows.length === 0 && comparison.leftOut.length === 0 ? 0 : 1;
};
