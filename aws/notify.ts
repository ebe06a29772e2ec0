import { describeError, NobodyToldError, UnreachableError } from '../core/errors.ts';
import { logEvents } from '../core/log-events.ts';
import type { Message } from '../core/messages.ts';
import type { Missed, Receipts } from './drivers/driver.ts';
import { isConcerned, notificationDriver } from './drivers/notifications.ts';
import type { Notification, Plan } from './plan.ts';
import { readReceipts, receiptsOf } from './receipts.ts';
import type { Runtime } from './runtime.ts';

/** Who was reached. */
export interface Told {
  /** Ids of the channels in which somebody has the message. */
  readonly channels: readonly string[];
  /** Names of the approvers who were asked in person, in a way by which they can answer. */
  readonly asked: readonly string[];
  /** Who has it not, or cannot answer it, and why: a sentence each. */
  readonly missed: readonly string[];
  /** Whether somebody was missed for a reason that may pass. */
  readonly mayPass: boolean;
}

/** What became of a message in one channel. */
interface Result extends Omit<Told, 'channels'> {
  readonly id: string;
  /** Whether somebody has it. */
  readonly isTold: boolean;
}

/**
 * Tells people: first over every channel that is told always (and of escalations, if this is one),
 * all at once; then over the fallbacks, if one of those failed or none was concerned; then over the
 * channels for escalations, if still nobody was told. Whoever has the message is not told again: a
 * step that is repeated repeats only what failed, except for what was sent just before a crash.
 * @returns who has it, and who has it not
 * @throws NobodyToldError if nobody has it; a phase that nobody wants to hear of is no failure
 */
export async function tell(runtime: Runtime, plan: Plan, message: Message): Promise<Told> {
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
  const isComplete = results.length > 0 && results.every(({ missed }) => missed.length === 0);
  if (!isComplete) results.push(...(await over(used('fallback'))));
  if (!isEscalation && !results.some(({ isTold }) => isTold)) {
    results.push(...(await over(used('escalation'))));
  }
  const told = {
    channels: results.filter(({ isTold }) => isTold).map(({ id }) => id),
    asked: [...new Set(results.flatMap(({ asked }) => asked))],
    missed: results.flatMap(({ id, missed }) => missed.map((each) => `${id}: ${each}`)),
    mayPass: results.some(({ mayPass }) => mayPass),
  };
  if (told.channels.length === 0 && (concerned.length > 0 || message.turn !== 'phase')) {
    const problems = told.missed.join('; ');
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
  const driver = notificationDriver(channel);
  const asks = driver.asks(message);
  const everybody = { id, isTold: true, asked: asks, missed: [], mayPass: false };
  if (receipts.has(id)) return everybody;
  const { turn, subject, deduplicationKey, urgency } = message;
  const failed = (problem: string): void => {
    runtime.log.error(logEvents.notificationFailed, { channel: id, deduplicationKey, problem });
  };
  let unreached: readonly Missed[];
  try {
    const context = { plan, runtime, receipts: receiptsOf(id, receipts) };
    unreached = await driver.send(message, context);
  } catch (error) {
    const problem = describeError(error);
    failed(problem);
    const mayPass = error instanceof UnreachableError;
    return { id, isTold: false, asked: [], missed: [problem], mayPass };
  }
  if (unreached.length > 0) {
    const missed = unreached.map((each) => `${each.recipient}: ${describeError(each.error)}`);
    failed(missed.join('; '));
    const asked = asks.filter((name) => !unreached.some(({ approver }) => approver === name));
    const mayPass = unreached.some(({ error }) => error instanceof UnreachableError);
    return { id, isTold: true, asked, missed, mayPass };
  }
  await receipts.keep(id);
  // Without the question: its links are for one person each.
  const what = { channel: id, turn, subject, deduplicationKey, urgency };
  runtime.log.info(logEvents.notificationSent, what);
  return everybody;
}

/** Tells the channels that want to hear of every phase; nobody told is no failure. */
export async function tellPhase(runtime: Runtime, plan: Plan, message: Message): Promise<void> {
  try {
    await tell(runtime, plan, message);
  } catch (error) {
    if (!(error instanceof NobodyToldError)) throw error;
  }
}
