import { acknowledgePromotion } from '../aws/acknowledge.ts';
import { fencesLeft } from '../aws/old-primary.ts';
import { readKillSwitch, setKillSwitch } from '../aws/kill-switch.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { decideCommand } from './decide.ts';
import { incidentCommand } from './incident.ts';
import type { Command } from './io.ts';
import type { Connect } from './operator-args.ts';
import { confirmed, read } from './operator-args.ts';
import { reconcileCommand } from './reconcile.ts';
import { reconciledCommand } from './reconciled.ts';
import { stackRuntime, whoAmI } from './stack.ts';
import { switchoverCommand } from './switchover.ts';

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
    const left = await fencesLeft(runtime, given.subject);
    const what =
      `After this, and after the cool-down, ${given.subject} may fail over by itself again.` +
      (left.length === 0
        ? ''
        : ` The old primary is NOT fenced by ${left.join(', ')}, and nothing looks for it any more.`);
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
    approve: decideCommand(connect, 'approve', 'approved'),
    reject: decideCommand(connect, 'reject', 'rejected'),
    pause: turn(connect, 'pause', 'paused'),
    resume: turn(connect, 'resume', 'running'),
    acknowledge: acknowledge(connect),
    incident: incidentCommand(connect),
    reconcile: reconcileCommand(connect),
    reconciled: reconciledCommand(connect),
    switchover: switchoverCommand(connect, 'switchover'),
    rebuild: switchoverCommand(connect, 'rebuild'),
  };
}

/** The commands of an operator against the deployed stack. */
export const operatorCommands = createOperatorCommands(stackRuntime);
