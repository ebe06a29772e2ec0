import { describeError } from '../core/errors.ts';
import { applyCommand } from './apply.ts';
import { channelsCommand } from './channels.ts';
import { compareCommand } from './compare.ts';
import { driftCommand } from './drift.ts';
import { drillCommand } from './drill.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import { keepCommand } from './keep.ts';
import { operatorCommands } from './operate.ts';
import { planCommand } from './plan.ts';
import { runCommand } from './run.ts';
import { simulateCommand } from './simulate.ts';
import { terminal } from './terminal.ts';

const help = `Examples
  failover drill                                   a Region dies here, the service recovers
  failover drill --scenario rpo-breach --approve   a human accepts the loss
  failover plan check plans/shop.yaml              every mistake at once
  failover plan explain plans/shop.yaml            what would happen, who decides, what it may do
  failover channels plans/shop.yaml                whether mail and Slack reach people
  failover drift plans/shop.yaml                   what your code must change after a failover
  failover run --event lab/events/primary-down.json --approve   one alarm in virtual time
  failover simulate --scenario outage --faults single
  failover approve INCIDENT --reason "..." --region eu-central-1

Commands
  drill         run a scenario with real PostgreSQL, DNS and clients
  run           run one alarm event through the workflow in virtual time
  simulate      break every call in every way, and check the promises
  plan          check or explain plan files
  channels      say whether the channels of a plan reach people
  keep          keep a slot on the primary that explains what will never have crossed
  compare       find the rows of an old primary that never reached the writer
  apply         give the writer what was approved of them
  drift         say what a failover left different from your infrastructure code
  approve       let a waiting failover go on
  reject        end a waiting failover
  pause         turn a plan's kill switch: no failover starts by itself
  resume        turn it back
  incident      show the story of an incident: what happened, who decided, who tried to
  switchover    move a service to its other Region by plan, and lose nothing; also the way back
  rebuild       make a replica in the other Region, and move nothing
  reconcile     find what never crossed, ask the approvers, apply it, and compare again
  reconciled    say that the writes a failover left behind are accounted for
  acknowledge   end the standstill after a failover, once the cool-down is over

"failover COMMAND --help" tells more.`;

const commands: Readonly<Record<string, Command>> = {
  drill: drillCommand,
  run: runCommand,
  simulate: simulateCommand,
  plan: planCommand,
  channels: channelsCommand,
  keep: keepCommand,
  compare: compareCommand,
  apply: applyCommand,
  drift: driftCommand,
  ...operatorCommands,
};

async function main(args: readonly string[]): Promise<number> {
  const io = terminal();
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    io.out(help);
    return args.length === 0 ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    io.err(
      `failover: there is no command "${name}". Commands: ${Object.keys(commands).join(', ')}`,
    );
    return 2;
  }
  try {
    return await command(rest, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`failover ${name}: ${error.message}\nTry: failover ${name} --help`);
      return 2;
    }
    io.err(`failover ${name}: ${describeError(error)}`);
    return 1;
  }
}

const code = await main(process.argv.slice(2));
// Everything is closed by now; a socket of a process that was killed must not keep this one.
process.stdout.write('', () => process.exit(code));
