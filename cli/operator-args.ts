import type { Runtime } from '../aws/runtime.ts';
import { MOST_REASON_CHARACTERS } from '../core/approval/request.ts';
import { parseArguments } from './args.ts';
import type { Io } from './io.ts';
import { UsageError } from './io.ts';
import { stackOptions } from './stack.ts';

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
  --reason TEXT    kept with the decision; must be given; up to ${MOST_REASON_CHARACTERS} characters
  --region REGION  the standby Region, where the stack is (or AWS_REGION)
  --stack NAME     the stack (default region-failover-dev)
  --confirm PLAN   the plan's name, instead of typing it
  --digest D       refuse unless the question is about this evidence (first characters)

Exit status: 0 done, 1 not done, 2 wrong usage.`;

/** What all operator commands are given. */
export interface Given {
  readonly subject: string;
  readonly reason: string;
  readonly digest: string | undefined;
  readonly confirm: string | undefined;
  readonly region: string | undefined;
  readonly stack: string;
}

/** Reads the arguments that all operator commands share; undefined if help was asked for. */
export function read(name: string, args: readonly string[], io: Io): Given | undefined {
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
  if (reason.length > MOST_REASON_CHARACTERS) {
    throw new UsageError(
      `--reason: found ${reason.length} characters; expected ${MOST_REASON_CHARACTERS} at most.`,
    );
  }
  if (digest !== undefined && !/^[0-9a-f]{6,64}$/.test(digest)) {
    throw new UsageError(`--digest: found "${digest}"; expected 6 to 64 characters of the digest.`);
  }
  return { subject, reason, digest, confirm, region, stack };
}

/** Has the name of the plan (or of what `noun` says) typed, or given by --confirm: what moves production is said twice. */
export async function confirmed(
  io: Io,
  name: string,
  given: { readonly confirm?: string | undefined },
  what: string,
  noun = 'plan',
): Promise<boolean> {
  io.err(what);
  const typed = given.confirm ?? (await io.ask(`Type the ${noun}'s name (${name}) to go on: `));
  if (typed?.trim() === name) return true;
  io.err(`Not done: "${typed ?? 'nothing'}" is not "${name}".`);
  return false;
}

/** Builds the runtime of the stack that the options name. */
export type Connect = (options: Pick<Given, 'region' | 'stack'>) => Promise<Runtime>;
