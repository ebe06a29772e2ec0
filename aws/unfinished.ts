import type { Incident } from '../core/incident.ts';
import { createIncidentStore } from './incident-store.ts';
import type { Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';
import { computeSnapshot, fenceSnapshot } from './snapshot-names.ts';

/** A promotion that this incident asked for, whether or not it came about. */
export interface AskedPromotion {
  readonly database: string;
  readonly at: string;
}

/** What the table knows of promotions, also when the state that promoted never answered. */
export async function askedPromotions(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
): Promise<AskedPromotion[]> {
  const store = createIncidentStore(runtime);
  const asked = await Promise.all(
    plan.databases.map(async ({ id }) => ({
      database: id,
      at: await store.readPromotionIntent(incident, id),
    })),
  );
  return asked.flatMap(({ database, at }) => (at === undefined ? [] : [{ database, at }]));
}

/** What a human must find out about a promotion that nobody saw come about. */
export function unconfirmed({ database, at }: AskedPromotion): string {
  return (
    `Promotion of ${database} was asked for at ${at} and not seen to come about: ` +
    'it may take writes by now. Look at its role before anything else takes writes.'
  );
}

/** What a run that could not end by itself may have left as it is, for a human to look at. */
export async function findUnfinished(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
): Promise<string[]> {
  const asked = await askedPromotions(runtime, plan, incident);
  if (asked.length > 0) return asked.map(unconfirmed);
  const store = createIncidentStore(runtime);
  const things = [
    ...plan.fencing.map((fence) => ({ what: `fence ${fence.id}`, thing: fenceSnapshot(fence) })),
    ...plan.compute.map((each) => ({
      what: `warm-up of ${each.id}`,
      thing: computeSnapshot(each),
    })),
  ];
  const begun = await Promise.all(
    things.map(async ({ what, thing }) =>
      (await store.readSnapshot(incident, thing)) === undefined ? [] : [what],
    ),
  );
  return begun.flat().map((what) => `It was begun and may not be undone: ${what}.`);
}
