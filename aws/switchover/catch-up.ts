import * as z from 'zod';
import type { Incident } from '../../core/incident.ts';
import { decide } from '../../core/rules.ts';
import { catchUpRules } from '../../core/switchover/catch-up.ts';
import type { CatchUpOutcome } from '../../core/switchover/catch-up.ts';
import { createIncidentStore } from '../incident-store.ts';
import type { Database, Plan } from '../plan.ts';
import { withPair } from '../postgres/open-database.ts';
import {
  countSubscriptions,
  distanceTo,
  endOthers,
  markPosition,
  readRunning,
} from '../postgres/position.ts';
import type { Side } from '../postgres/side.ts';
import type { Runtime } from '../runtime.ts';

/** A position that was written when nobody was there, and how often it was looked by since. */
const Position = z.strictObject({
  lsn: z.string(),
  /** The number of the next transaction then: one that was given since may be a write. */
  next: z.string(),
  markedAt: z.string(),
  looks: z.int(),
});
type Position = z.infer<typeof Position>;

/** By database; null where somebody was there. */
export const Positions = z.record(z.string(), Position.nullable());

/** What a turn came to for one database. */
export interface Turn {
  readonly id: string;
  readonly outcome: CatchUpOutcome;
  readonly ruleId: string;
  readonly words: string;
  /** The one that this turn looked by; null if there was none. */
  readonly known: Position | null;
  /** For the next turn: null if somebody was there, whose writes may be past any earlier one. */
  readonly position: Position | null;
}

/** What a turn is given besides the database. */
export interface Hold {
  readonly plan: Plan;
  readonly incident: Incident;
  readonly startedAt: string;
}

/** One turn: nobody may be there, and the position of the turn before must be replayed. */
export async function catchUpWith(
  runtime: Runtime,
  { plan, incident, startedAt }: Hold,
  database: Database,
  before: Position | null,
): Promise<Turn> {
  return await withPair(runtime, plan, database, async ({ source, target }) => {
    const isFirst = before !== null && (await isFirstLook(runtime, incident, database, before));
    const { others, prepared } = await endOthers(source);
    const subscriptions = await countSubscriptions(source);
    const isQuiet = others === 0 && prepared === 0;
    // Whoever was there may have written after the last position, and be gone: a new one is needed.
    const isSame = isQuiet && isFirst && (await readRunning(source)).next === BigInt(before.next);
    const known = isSame ? before : null;
    const distance = known === null ? undefined : await distanceTo(known.lsn, source, target);
    const { outcome, ruleId, why } = decide(catchUpRules, {
      ...{ others, prepared, subscriptions, distance, startedAt },
      deadlineSeconds: database.connection?.catchUpDeadlineSeconds ?? 0,
      now: runtime.clock.now(),
    });
    const at = isQuiet ? (known ?? (await mark(runtime, source))) : undefined;
    const position = at === undefined ? null : { ...at, looks: (known?.looks ?? 0) + 1 };
    return { id: database.id, outcome, ruleId, words: `${database.id}: ${why}`, known, position };
  });
}

/** A position of this moment: no other one is taken for it. */
async function mark(
  { clock }: Runtime,
  source: Side,
): Promise<Omit<Position, 'looks'> | undefined> {
  const found = await markPosition(source);
  return found && { ...found, markedAt: clock.now().toISOString() };
}

/**
 * Whether this is the first attempt at this look. One whose answer was lost may have ended somebody
 * who wrote after the position: the attempt after that finds nobody, and must not rely on it.
 */
async function isFirstLook(
  runtime: Runtime,
  incident: Incident,
  { id }: Database,
  { lsn, markedAt, looks }: Position,
): Promise<boolean> {
  const own = { at: runtime.clock.now().toISOString() };
  const kept = await createIncidentStore(runtime).snapshotOnce(
    incident,
    `looked#${id}#${lsn}#${markedAt}#${looks}`,
    own,
  );
  return kept === own;
}
