import { setTimeout as pause } from 'node:timers/promises';
import { startSwitchover } from '../aws/switchover/start.ts';
import { followBeginning } from './follow-beginning.ts';
import { SwitchoverRequest } from '../core/switchover/request.ts';
import { parseArguments } from './args.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import type { Connect } from './operator-args.ts';
import { confirmed } from './operator-args.ts';
import { stackOptions, whoAmI } from './stack.ts';

const common = `
Options
  --reason TEXT    kept with the incident; must be given
  --region REGION  the Region of the stack (or AWS_REGION)
  --stack NAME     the stack (default region-failover-dev)
  --confirm PLAN   the plan's name, instead of typing it

The plan needs a section failback, and each database a connection: see docs/switchover.md.

Exit status: 0 begun, 1 not begun, 2 wrong usage.`;

/** What differs between moving a service and making a replica. */
const verbs = {
  switchover: {
    action: 'move',
    usage: 'failover switchover PLAN --to REGION --reason "..." --region R [--confirm PLAN]',
    about: `Moves a service to the other Region of its plan, by plan, and loses nothing: a replica is made
there if there is none, approvers are asked, writes are held, and only when the replica has
replayed everything it is promoted. Up to then nothing is lost by stopping. The way back after a
failover is this too, once what the old primary held is accounted for.`,
    what: (plan: string, region: string) =>
      `${plan} is to move to ${region}. Its approvers are asked before writes are held.`,
  },
  rebuild: {
    action: 'rebuild',
    usage: 'failover rebuild PLAN --to REGION --reason "..." --region R [--confirm PLAN]',
    about: `Makes a replica of the writer in the other Region of a plan, and moves nothing: after a switchover
or a failover nothing could take over until there is one. What is there now is kept, as a snapshot
and under another name.`,
    what: (plan: string, region: string) =>
      `${plan} is to get a replica in ${region}; an instance that is in its place is renamed.`,
  },
} as const;

/** `failover switchover` and `failover rebuild`, against the stack that `connect` finds. */
export function switchoverCommand(
  connect: Connect,
  name: keyof typeof verbs,
  wait: (milliseconds: number) => Promise<unknown> = pause,
): Command {
  const { action, usage, about, what } = verbs[name];
  return async (args, io) => {
    const { values, positionals } = parseArguments(args, {
      ...stackOptions,
      to: { type: 'string' },
      reason: { type: 'string' },
      confirm: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    });
    if (values.help) {
      io.out(`${about}\n\n${usage}\n${common}`);
      return 0;
    }
    const [plan, ...others] = positionals;
    if (plan === undefined || others.length > 0)
      throw new UsageError(`found ${positionals.length} names; expected: ${usage}`);
    const { to, reason } = values;
    if (to === undefined) throw new UsageError('--to REGION is missing.');
    if (reason === undefined || reason.trim() === '')
      throw new UsageError('--reason TEXT is missing: it is kept with the incident.');
    const asked = SwitchoverRequest.omit({ by: true }).safeParse({ plan, action, to, reason });
    if (!asked.success)
      throw new UsageError(
        asked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' '),
      );
    const runtime = await connect({ region: values.region, stack: values.stack });
    if (!(await confirmed(io, plan, values, what(plan, to)))) return 1;
    const by = await whoAmI(runtime);
    const execution = await startSwitchover(runtime, { ...asked.data, by });
    io.err(`started ${execution}`);
    return await followBeginning(runtime, execution, io, wait);
  };
}
