import { acknowledgePromotion } from '../aws/acknowledge.ts';
import { decideApproval, readApproval } from '../aws/approval-store.ts';
import { readKillSwitch, setKillSwitch } from '../aws/kill-switch.ts';
import { appendToLedger } from '../aws/ledger.ts';
import type { Runtime } from '../aws/runtime.ts';
import { parseArguments } from './args.ts';
import type { Command, Io } from './io.ts';
import { UsageError } from './io.ts';
import { stackOptions, stackRuntime, whoAmI } from './stack.ts';

const options = {
  ...stackOptions,
  reason: { type: 'string' },
  digest: { type: 'string' },
  confirm: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const help: Readonly<Record<string, string>> = {
  approve: 'failover approve INCIDENT --reason "..." [--digest D] --region R [--confirm PLAN]',
  reject: 'failover reject INCIDENT --reason "..." [--digest D] --region R [--confirm PLAN]',
  pause: 'failover pause PLAN --reason "..." --region R [--confirm PLAN]',
  resume: 'failover resume PLAN --reason "..." --region R [--confirm PLAN]',
  acknowledge: 'failover acknowledge PLAN --reason "..." --region R [--confirm PLAN]',
};

const common = `
Options
  --reason TEXT    kept with the decision; must be given
  --region REGION  the standby Region, where the stack is (or AWS_REGION)
  --stack NAME     the stack (default region-failover-dev)
  --confirm PLAN   the plan's name, instead of typing it
  --digest D       refuse unless the question is about this evidence (first characters)

Exit status: 0 done, 1 not done, 2 wrong usage.`;

interface Given {
  readonly subject: string;
  readonly reason: string;
  readonly digest: string | undefined;
  readonly confirm: string | undefined;
  readonly region: string | undefined;
  readonly stack: string;
}

/** Reads the arguments that all operator commands share; undefined if help was asked for. */
function read(name: string, args: readonly string[], io: Io): Given | undefined {
  const { values, positionals } = parseArguments(args, options);
  if (values.help) {
    io.out(`${help[name] ?? ''}\n${common}`);
    return undefined;
  }
  const [subject, ...others] = positionals;
  if (subject === undefined || others.length > 0) {
    throw new UsageError(`found ${positionals.length} names; expected: ${help[name] ?? ''}`);
  }
  if (values.reason === undefined || values.reason.trim() === '') {
    throw new UsageError('--reason TEXT is missing: it is kept with the decision.');
  }
  const { digest, confirm, region, stack, reason } = values;
  if (digest !== undefined && !/^[0-9a-f]{6,64}$/.test(digest)) {
    throw new UsageError(`--digest: found "${digest}"; expected 6 to 64 characters of the digest.`);
  }
  return { subject, reason, digest, confirm, region, stack };
}

/** Has the plan's name typed, or given by --confirm: what moves production is said twice. */
async function confirmed(io: Io, plan: string, given: Given, what: string): Promise<boolean> {
  io.err(what);
  const typed = given.confirm ?? (await io.ask(`Type the plan's name (${plan}) to go on: `));
  if (typed?.trim() === plan) return true;
  io.err(`Not done: "${typed ?? 'nothing'}" is not "${plan}".`);
  return false;
}

/** Builds the runtime of the stack that the options name. */
export type Connect = (options: Pick<Given, 'region' | 'stack'>) => Promise<Runtime>;

function decide(connect: Connect, name: string, decision: 'approved' | 'rejected'): Command {
  return async (args, io) => {
    const given = read(name, args, io);
    if (given === undefined) return 0;
    const runtime = await connect(given);
    const request = await readApproval(runtime, given.subject);
    if (request === undefined) {
      io.err(`Incident ${given.subject} asks for no approval.`);
      return 1;
    }
    if (given.digest !== undefined && !request.evidenceDigest.startsWith(given.digest)) {
      io.err('The question is about newer evidence than --digest names: read the newest message.');
      return 1;
    }
    const plan = given.subject.replace(/-\d{8}t\d{6}z-\d+$/, '');
    const effect =
      decision === 'approved'
        ? 'Yes fences the old primary, promotes the standby and switches traffic.'
        : 'No ends the failover; what was prepared is undone.';
    const evidence = request.evidence.map((line) => `  - ${line}`);
    const until = `Until ${request.expiresAt}. ${effect}`;
    const what = [request.question, ...evidence, until].join('\n');
    if (!(await confirmed(io, plan, given, what))) return 1;
    const by = await whoAmI(runtime);
    const { evidenceDigest } = request;
    const { reason } = given;
    const decided = await decideApproval(runtime, given.subject, {
      decision,
      by,
      reason,
      evidenceDigest,
    });
    io.out(`${given.subject} ${decided.decision} by ${decided.by} at ${decided.decidedAt}.`);
    if (!decided.delivered) {
      io.err('No state waits for it now: it has this answer already, or its time is over.');
      io.err('Look at the execution before you rely on it.');
    }
    return 0;
  };
}

function turn(connect: Connect, name: string, value: 'paused' | 'running'): Command {
  return async (args, io) => {
    const given = read(name, args, io);
    if (given === undefined) return 0;
    const runtime = await connect(given);
    const before = await readKillSwitch(runtime, given.subject);
    if (!before.readable) {
      io.err(
        `The switch of plan ${given.subject} cannot be read, and is not turned: ${before.reason}`,
      );
      return 1;
    }
    const what = `The kill switch of ${given.subject} says "${before.value}"; it will say "${value}".`;
    if (!(await confirmed(io, given.subject, given, what))) return 1;
    const by = await whoAmI(runtime);
    await setKillSwitch(runtime, given.subject, value);
    await appendToLedger(runtime, `switch#${given.subject}`, value, { by, reason: given.reason });
    io.out(`${given.subject} is ${value}.`);
    return 0;
  };
}

function acknowledge(connect: Connect): Command {
  return async (args, io) => {
    const given = read('acknowledge', args, io);
    if (given === undefined) return 0;
    const runtime = await connect(given);
    const what = `After this, and after the cool-down, ${given.subject} may fail over by itself again.`;
    if (!(await confirmed(io, given.subject, given, what))) return 1;
    const by = await whoAmI(runtime);
    const incidentId = await acknowledgePromotion(runtime, given.subject);
    await appendToLedger(runtime, incidentId, 'acknowledged', { by, reason: given.reason });
    io.out(`${incidentId} is acknowledged.`);
    return 0;
  };
}

/** The commands of an operator, against the stack that `connect` finds. */
export function createOperatorCommands(connect: Connect): Readonly<Record<string, Command>> {
  return {
    approve: decide(connect, 'approve', 'approved'),
    reject: decide(connect, 'reject', 'rejected'),
    pause: turn(connect, 'pause', 'paused'),
    resume: turn(connect, 'resume', 'running'),
    acknowledge: acknowledge(connect),
  };
}

/** The commands of an operator against the deployed stack. */
export const operatorCommands = createOperatorCommands(stackRuntime);
