import { findDrift } from '../aws/drift.ts';
import { byDanger } from '../core/drift/difference.ts';
import type { DriftReport } from '../core/drift/lines.ts';
import { driftLines } from '../core/drift/lines.ts';
import { parseArguments } from './args.ts';
import { onePlan } from './drill.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import type { Connect } from './operator-args.ts';
import { asJson } from './safe-text.ts';
import { stackOptions, stackRuntime } from './stack.ts';

const help = `Says what a failover or failback left different from what your Terraform, CloudFormation or
CDK code describes, and what to change there, so that the next apply does not undo it. Reads the
account, with your own credentials; your code is not read. Changes nothing.

Examples
  failover drift plans/shop.yaml --stack region-failover-prod
  failover drift plans/shop.yaml --incident shop-20261002t170440z-1   as before that incident

Options
  --region REGION  where the stack is (default: the standby Region of the plan)
  --stack NAME     the stack (default region-failover-dev)
  --incident ID    whose snapshots say how it was before (default: the last incident of the plan)
  --json           for machines

Exit status: 0 no drift, 1 there is drift, or something could not be read, 2 wrong usage.`;

/** Makes the command, against the stack that `connect` finds. */
export function createDriftCommand(connect: Connect): Command {
  return async (args, io) => {
    const { values, positionals } = parseArguments(args, {
      ...stackOptions,
      incident: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    });
    if (values.help) {
      io.out(help);
      return 0;
    }
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) {
      throw new UsageError(`found ${positionals.length} files; expected one plan file.`);
    }
    const plan = await onePlan(file);
    const region = values.region ?? plan.regions.standby;
    const runtime = await connect({ region, stack: values.stack });
    const report = await findDrift(runtime, plan, values.incident);
    if (values.json) io.out(asJson(documentOf(report)));
    else for (const line of driftLines(report)) io.out(line);
    if (report.readings.every(({ outcome }) => outcome === 'same')) return 0;
    io.err('Next: change your code, read its plan or change set, and only then apply.');
    return 1;
  };
}

/** For machines: what differs by danger, then what was not read and what did not drift. */
function documentOf(report: DriftReport) {
  const { plan, incidentId = null, why, readings } = report;
  const only = (wanted: string) => readings.filter(({ outcome }) => outcome === wanted);
  return {
    ...{ plan, incidentId, why },
    differences: byDanger(readings),
    unread: only('unread'),
    same: only('same'),
  };
}

/** `failover drift`, with the credentials of whoever runs it. */
export const driftCommand = createDriftCommand(stackRuntime);
