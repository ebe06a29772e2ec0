import { createAwsRuntime } from '../aws/aws-runtime.ts';
import { notificationDriver } from '../aws/drivers/notifications.ts';
import type { Plan } from '../aws/plan.ts';
import type { Runtime } from '../aws/runtime.ts';
import { describeError } from '../core/errors.ts';
import type { Message } from '../core/messages.ts';
import { testNotice } from '../core/notices.ts';
import { parseArguments } from './args.ts';
import { onePlan } from './drill.ts';
import type { Command } from './io.ts';
import { UsageError } from './io.ts';
import { confirmed } from './operator-args.ts';
import { asJson } from './safe-text.ts';

const help = `Says whether the channels of a plan reach people: reads their set-up in AWS and at Slack, with
your own credentials. Changes nothing.

Examples
  failover channels plans/shop.yaml
  failover channels plans/shop.yaml --test        sends a message, marked as a test, over each

Options
  --region REGION  where the stack is (default: the standby Region of the plan)
  --test           send a test message over every channel, fallbacks too
  --confirm PLAN   the plan's name, instead of typing it
  --json           for machines

Exit status: 0 every channel reaches people, 1 one does not, 2 wrong usage.`;

/** What was found out about one channel. */
interface ChannelState {
  readonly id: string;
  readonly kind: string;
  readonly use: string;
  /** A sentence each, with what to do. */
  readonly problems: readonly string[];
}

/** Makes the command, against what `connect` builds for a Region. */
export function createChannelsCommand(connect: (region: string) => Runtime): Command {
  return async (args, io) => {
    const { values, positionals } = parseArguments(args, {
      region: { type: 'string' },
      test: { type: 'boolean', default: false },
      confirm: { type: 'string' },
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
    const runtime = connect(values.region ?? plan.regions.standby);
    if (values.test) {
      const what = `A test message goes to everybody whom the channels of ${plan.name} reach.`;
      if (!(await confirmed(io, plan.name, values, what))) return 1;
    }
    const message = values.test
      ? testNotice(plan.name, runtime.clock.now().toISOString())
      : undefined;
    const states = await Promise.all(
      plan.notifications.map((channel) => inspect(channel, message, { plan, runtime })),
    );
    if (values.json) io.out(asJson(states));
    else for (const line of states.flatMap(linesOf)) io.out(line);
    const broken = states.filter(({ problems }) => problems.length > 0);
    if (broken.length > 0) {
      io.err(`${broken.length} of ${states.length} channels do not reach everybody.`);
      return 1;
    }
    if (!values.test) io.err(`Next: failover channels ${file} --test`);
    return 0;
  };
}

/** What keeps a channel from reaching people; with a message, also whether it took that. */
async function inspect(
  channel: Plan['notifications'][number],
  message: Message | undefined,
  context: { readonly plan: Plan; readonly runtime: Runtime },
): Promise<ChannelState> {
  const { id, kind, use } = channel;
  const driver = notificationDriver(channel);
  const problems = [...new Set(await driver.findProblems(context))];
  if (message === undefined) return { id, kind, use, problems };
  const receipts = { has: () => false, keep: () => Promise.resolve() };
  try {
    const missed = await driver.send(message, { ...context, receipts });
    const words = missed.map(
      ({ recipient, error }) => `The test missed ${recipient}. ${describeError(error)}`,
    );
    return { id, kind, use, problems: [...problems, ...words] };
  } catch (error) {
    return { id, kind, use, problems: [...problems, `The test failed. ${describeError(error)}`] };
  }
}

function linesOf({ id, kind, use, problems }: ChannelState): string[] {
  const name = `${id} (${kind}, ${use})`;
  if (problems.length === 0) return [`${name}: reaches people`];
  return [`${name}: does not reach everybody`, ...problems.map((each) => `  - ${each}`)];
}

/** `failover channels`, with the credentials of whoever runs it. No table is needed for it. */
export const channelsCommand = createChannelsCommand((region) =>
  createAwsRuntime({ region, incidentTable: '', reportBucket: '', switchPrefix: '' }),
);
