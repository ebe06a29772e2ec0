import * as z from 'zod';
import type { Items } from '../../world/items.ts';
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
  const [, item] = ghost.world.items.with('|LOCK').find(([key]) => key.endsWith('|LOCK')) ?? [];
  return item && parseLock(item);
}

const parseLock = onceAnItem((item) => Lock.parse(item));

/** Reads an item once, however often it is asked for: items are replaced and never changed. */
export function onceAnItem<Read>(read: (item: object) => Read): (item: object) => Read {
  const known = new WeakMap<object, { readonly read: Read }>();
  return (item) => {
    const found = known.get(item) ?? { read: read(item) };
    known.set(item, found);
    return found.read;
  };
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
  const { payload } = invocation;
  return typeof payload === 'object' && payload !== null ? parsePayload(payload) : undefined;
}

const parsePayload = onceAnItem((payload) => Payload.safeParse(payload).data?.incident);

/** Items of the table whose key holds these words. */
export function itemsOf({ ghost }: Seen, words: string): ReturnType<Items['with']> {
  return ghost.world.items.with(words);
}
