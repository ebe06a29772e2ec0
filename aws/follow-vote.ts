import * as z from 'zod';
import { logEvents } from '../core/log-events.ts';
import { countLateClick } from './approvals/late-clicks.ts';
import { wake } from './approvals/wake.ts';
import type { Runtime } from './runtime.ts';
import type { Image } from './stream-event.ts';
import { itemOf } from './stream-event.ts';

const Decided = z.object({
  pk: z.string(),
  sk: z.literal('APPROVAL'),
  taskToken: z.string(),
  decision: z.record(z.string(), z.unknown()),
});

/**
 * Wakes the workflow if the item is a question that was decided. Must succeed, and reads no more of
 * the item than it needs: a question of another version is no reason to sleep on.
 */
export async function wakeIfDecided(runtime: Runtime, image: Image): Promise<void> {
  const item = Decided.safeParse(itemOf(image));
  if (!item.success) return;
  const { pk, taskToken } = item.data;
  await wake(runtime, taskToken);
  runtime.log.info(logEvents.workflowWoken, { pk });
}

/** Counts a click that was handed over; leaves every other item alone. Must succeed. */
export async function countIfClick(runtime: Runtime, image: Image): Promise<void> {
  const item = itemOf(image);
  if (item.sk.startsWith('CLICK#')) await countLateClick(runtime, item);
}
