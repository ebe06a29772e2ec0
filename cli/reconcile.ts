import { setTimeout as pause } from 'node:timers/promises';
import { startReconciliation } from '../aws/reconcile/start.ts';
import { ReconcileRequest } from '../core/reconcile/request.ts';
import { parseArguments } from './args.ts';
import { followBeginning } from './follow-beginning.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import type { Connect } from './operator-args.ts';
import { confirmed } from './operator-args.ts';
import { stackOptions, whoAmI } from './stack.ts';

const usage = 'failover reconcile PLAN --reason "..." --region R [--confirm PLAN]';

const help = `Accounts for the writes that a failover left behind: fences the old primary and keeps it as a
snapshot, compares it with the writer, writes the report to the stack's bucket, asks the plan's
approvers, applies what they approve, and compares again. Nothing is applied without them.

${usage}

Options
  --reason TEXT    kept with the incident; must be given
  --region REGION  the Region of the stack (or AWS_REGION)
  --stack NAME     the stack (default region-failover-dev)
  --confirm PLAN   the plan's name, instead of typing it

The plan needs a section reconciliation, and each database a connection: see docs/reconciliation.md.
With start: automatic the watch has started it already once the old primary was back.

Exit status: 0 begun, 1 not begun, 2 wrong usage.`;

/** `failover reconcile`, against the stack that `connect` finds. */
export function reconcileCommand(
  connect: Connect,
  wait: (milliseconds: number) => Promise<unknown> = pause,
): Command {
  return async (args, io) => {
    const { values, positionals } = parseArguments(args, {
      ...stackOptions,
      reason: { type: 'string' },
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
    const { reason } = values;
    if (reason === undefined || reason.trim() === '')
      throw new UsageError('--reason TEXT is missing: it is kept with the incident.');
    const asked = ReconcileRequest.omit({ by: true }).safeParse({ plan, reason });
    if (!asked.success)
      throw new UsageError(
        asked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' '),
      );
    const runtime = await connect({ region: values.region, stack: values.stack });
    const what =
      `The old primary of ${plan} is fenced, kept and compared with the writer. Its approvers are ` +
      'asked before anything is applied.';
    if (!(await confirmed(io, plan, values, what))) return 1;
    const by = await whoAmI(runtime);
    const execution = await startReconciliation(runtime, { ...asked.data, by });
    io.err(`started ${execution}`);
    return await followBeginning(runtime, execution, io, wait);
  };
}
