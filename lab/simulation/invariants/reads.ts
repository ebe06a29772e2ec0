import * as z from 'zod';
import type { Noted } from '../ghost.ts';
import type { SimulatedCall } from '../calls.ts';
import type { Seen } from './invariant.ts';

/** The lock of the plan as the table has it now. */
const Lock = z.object({
  epoch: z.number(),
  incidentId: z.string(),
  status: z.string(),
  promotedAt: z.string().optional(),
  acknowledgedAt: z.string().optional(),
});

/** The plan's lock; undefined if nobody ever claimed it. */
export function lockOf({ ghost }: Seen): z.infer<typeof Lock> | undefined {
  for (const [key, item] of ghost.world.items) if (key.endsWith('|LOCK')) return Lock.parse(item);
  return undefined;
}

/** A call of a command, whatever its client. */
export function callOf(event: Noted, command: string): SimulatedCall | undefined {
  if (event.kind !== 'call' || event.call.command !== command) return undefined;
  return event.call;
}

const Payload = z.object({ incident: z.object({ id: z.string(), epoch: z.number() }) });

/** The incident that a function was called for, if it was for one. */
export function incidentOf({
  invocation,
}: SimulatedCall): z.infer<typeof Payload>['incident'] | undefined {
  const parsed = Payload.safeParse(invocation.payload);
  return parsed.success ? parsed.data.incident : undefined;
}

/** Items of the table whose key holds these words. */
export function itemsOf({ ghost }: Seen, words: string): [string, unknown][] {
  return [...ghost.world.items].filter(([key]) => key.includes(words));
}
