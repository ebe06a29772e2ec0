import { describeError, NobodyToldError, PartlyToldError } from '../core/errors.ts';
import { logEvents } from '../core/log-events.ts';
import type { Message } from '../core/messages.ts';
import type { Receipts } from './drivers/driver.ts';
import { isConcerned, notificationDriver } from './drivers/notifications.ts';
import type { Notification, Plan } from './plan.ts';
import { readReceipts, receiptsOf } from './receipts.ts';
import type { Runtime } from './runtime.ts';

/** What became of a message in one channel. */
interface Result {
  readonly id: string;
  /** Whether somebody has it. */
  readonly isTold: boolean;
  /** Why not everybody has it. */
  readonly problem: string | undefined;
}

/**
 * Tells people: first over every channel that is told always (and of escalations, if this is one),
 * all at once; then over the fallbacks, if one of those failed or none was concerned; then over the
 * channels for escalations, if still nobody was told. Whoever has the message is not told again: a
 * step that is repeated repeats only what failed, except for what was sent just before a crash.
 * @returns the ids of the channels in which somebody has the message
 * @throws NobodyToldError if nobody has it; a phase that nobody wants to hear of is no failure
 */
export async function tell(runtime: Runtime, plan: Plan, message: Message): Promise<string[]> {
  const receipts = await readReceipts(runtime, plan.name, message);
  const concerned = plan.notifications.filter((channel) => isConcerned(channel, message));
  const over = async (channels: readonly Notification[]): Promise<Result[]> =>
    await Promise.all(
      channels.map(
        async (channel) => await tellOver(channel, { runtime, plan, message, receipts }),
      ),
    );
  const used = (use: Notification['use']) => concerned.filter((channel) => channel.use === use);
  const isEscalation = message.turn === 'escalation';
  const results = await over([...used('always'), ...(isEscalation ? used('escalation') : [])]);
  const isComplete = results.length > 0 && results.every(({ problem }) => problem === undefined);
  if (!isComplete) results.push(...(await over(used('fallback'))));
  if (!isEscalation && !results.some(({ isTold }) => isTold)) {
    results.push(...(await over(used('escalation'))));
  }
  const told = results.filter(({ isTold }) => isTold).map(({ id }) => id);
  if (told.length === 0 && (concerned.length > 0 || message.turn !== 'phase')) {
    const problems = results.map(({ id, problem }) => `${id}: ${problem ?? ''}`).join('; ');
    throw new NobodyToldError(`"${message.subject}" reached nobody. ${problems}`);
  }
  return told;
}

interface Telling {
  readonly runtime: Runtime;
  readonly plan: Plan;
  readonly message: Message;
  readonly receipts: Receipts;
}

async function tellOver(channel: Notification, telling: Telling): Promise<Result> {
  const { runtime, plan, message, receipts } = telling;
  const { id } = channel;
  if (receipts.has(id)) return { id, isTold: true, problem: undefined };
  const { turn, subject, deduplicationKey, urgency } = message;
  try {
    const context = { plan, runtime, receipts: receiptsOf(id, receipts) };
    await notificationDriver(channel).send(message, context);
  } catch (error) {
    const problem = describeError(error);
    runtime.log.error(logEvents.notificationFailed, { channel: id, deduplicationKey, problem });
    return { id, isTold: error instanceof PartlyToldError, problem };
  }
  await receipts.keep(id);
  // Without the question: its links are for one person each.
  const what = { channel: id, turn, subject, deduplicationKey, urgency };
  runtime.log.info(logEvents.notificationSent, what);
  return { id, isTold: true, problem: undefined };
}

/** Tells the channels that want to hear of every phase; nobody told is no failure. */
export async function tellPhase(runtime: Runtime, plan: Plan, message: Message): Promise<void> {
  try {
    await tell(runtime, plan, message);
  } catch (error) {
    if (!(error instanceof NobodyToldError)) throw error;
  }
}
