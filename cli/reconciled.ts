import { markReconciled } from '../aws/switchover/reconciled.ts';
import { MOST_REASON_CHARACTERS } from '../core/approval/request.ts';
import { digestOf } from '../core/digest.ts';
import { parseArguments, wholeNumber } from './args.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import type { Connect } from './operator-args.ts';
import { confirmed } from './operator-args.ts';
import type { Report } from '../core/reconcile/report-files.ts';
import { readReport } from './report-folder.ts';
import { stackOptions, whoAmI } from './stack.ts';

const usage =
  'failover reconciled PLAN --report DIR... --reason "..." --region R [--left N] [--unclear N] ' +
  '[--fenced-by-hand "..."] [--confirm PLAN]';

const help = `Says that the writes which the last failover of a plan left behind are accounted for. Only then a
replica may be built where the old primary is.

${usage}

Options
  --report DIR     what compare wrote after everything approved was applied; once for each database
  --left N         how many rows of the reports stay behind, if any do
  --unclear N      how many of these rows nobody can explain: somebody has looked at each
  --reason TEXT    kept with the incident; must be given
  --fenced-by-hand TEXT
                   how, and since when: you vouch for it that the old primary has taken no write
                   since the comparison. Only where the table does not know that it is fenced
  --region REGION  the Region of the stack (or AWS_REGION)
  --stack NAME     the stack (default region-failover-dev)
  --confirm PLAN   the plan's name, instead of typing it

Exit status: 0 done, 1 not done, 2 wrong usage.`;

/** `failover reconciled`, against the stack that `connect` finds. */
export function reconciledCommand(connect: Connect): Command {
  return async (args, io) => {
    const { values, positionals } = parseArguments(args, {
      ...stackOptions,
      report: { type: 'string', multiple: true },
      left: { type: 'string' },
      unclear: { type: 'string' },
      reason: { type: 'string' },
      'fenced-by-hand': { type: 'string' },
      confirm: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    });
    if (values.help) {
      io.out(help);
      return 0;
    }
    const [plan, ...others] = positionals;
    if (plan === undefined || others.length > 0)
      throw new UsageError(`found ${positionals.length} names; expected: ${usage}`);
    const { reason, report: folders = [] } = values;
    if (folders.length === 0) throw new UsageError('--report DIR is missing.');
    if (reason === undefined || reason.trim() === '')
      throw new UsageError('--reason TEXT is missing: it is kept with the incident.');
    refuseTooLong('--reason', reason);
    const fencedByHand = values['fenced-by-hand'];
    if (fencedByHand?.trim() === '')
      throw new UsageError('--fenced-by-hand: found nothing; expected how, and since when.');
    refuseTooLong('--fenced-by-hand', fencedByHand ?? '');
    const said = wholeNumber('--left', values.left ?? '0');
    const reports = await Promise.all(folders.map(readReport));
    const account = accountIn(reports);
    const { unclear, left, growing } = account;
    if (growing !== undefined) {
      io.err(`Not done: ${growing.table}: ${growing.why}`);
      return 1;
    }
    const looked = wholeNumber('--unclear', values.unclear ?? '0');
    if (looked !== unclear) {
      io.err(
        `Not done: found --unclear ${looked}; the reports have ${unclear} rows that nobody can ` +
          `explain. Decide them; or look at each, and say --unclear ${unclear} if they stay behind.`,
      );
      return 1;
    }
    if (said !== left) {
      io.err(
        `Not done: found --left ${said}; the reports have ${left} rows that the writer ` +
          `lacks. If they are to stay behind, say --left ${left}.`,
      );
      return 1;
    }
    const runtime = await connect({ region: values.region, stack: values.stack });
    const what =
      `After this a replica of ${plan} may be built where the old primary is; ${left} of its rows ` +
      'stay behind, in a snapshot and in the instance that is kept.' +
      (fencedByHand === undefined
        ? ''
        : ' You vouch for it that the old primary has taken no write since the comparison.');
    if (!(await confirmed(io, plan, values, what))) return 1;
    const { comparedAt, rowsDigest, origins } = account;
    const incident = await markReconciled(runtime, plan, {
      by: await whoAmI(runtime),
      ...{ reason, comparedAt, rowsDigest, origins, left, unclear, fencedByHand },
    });
    io.out(`${incident} is reconciled.`);
    return 0;
  };
}

function refuseTooLong(option: string, text: string): void {
  if (text.length <= MOST_REASON_CHARACTERS) return;
  throw new UsageError(
    `${option}: found ${text.length} characters; expected ${MOST_REASON_CHARACTERS} at most.`,
  );
}

/** What all reports say together. Rows that were left out count, too: nobody compared them. */
function accountIn(reports: readonly Report[]) {
  const heads = reports.map(({ head }) => head);
  const origins = heads.map(({ origin }) => origin);
  const names = origins.map((origin) => JSON.stringify(origin));
  if (new Set(names).size < names.length)
    throw new UsageError('--report: found two of the same database; expected one of each.');
  const leftOut = heads.flatMap((head) => head.leftOut);
  const rows = reports.flatMap((report) => report.rows);
  const [comparedAt = ''] = heads.map((head) => head.comparedAt).toSorted();
  const digests = heads.map((head) => head.rowsDigest);
  return {
    ...{ origins, comparedAt },
    rowsDigest: digests.length === 1 ? digests.join() : digestOf(digests),
    unclear: rows.filter((row) => row.class === 'unclear').length,
    left: rows.length + leftOut.reduce((sum, each) => sum + each.rows, 0),
    growing: leftOut.find(({ mayGrow }) => mayGrow),
  };
}
