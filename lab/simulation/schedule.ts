import * as z from 'zod';

/**
 * What can go wrong with one call. `rejected` and `throttled` have no effect and say so; a lost
 * request has none and says nothing; a lost reply has one and says nothing; a crash takes the
 * function along, before or after the effect; a duplicate happens twice; a late one has its effect
 * when nobody waits any more; a stale answer is the one of the call before.
 */
export const faultKinds = [
  'rejected',
  'throttled',
  'requestLost',
  'replyLost',
  'crashBefore',
  'crashAfter',
  'duplicate',
  'late',
  'stale',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault at the nth call of a run, counted from 0. */
export const Fault = z.strictObject({
  call: z.int().nonnegative(),
  kind: z.enum(faultKinds),
  /** Whether every later call of the same command to the same Region fails too. */
  stays: z.boolean(),
});
export type Fault = z.infer<typeof Fault>;

/** What can happen in the world besides the calls. Their effects are in `world-events.ts`. */
export const worldEventKinds = [
  'primary-dies',
  'primary-returns',
  'second-alarm',
  'duplicate-event',
  'standby-database-dies',
  'operator-promotes',
  'operator-pauses',
  'operator-stops',
  'operator-redrives',
  'operator-starts-again',
  'capacity-goes',
  'metrics-go',
  'way-to-primary-heals',
  'deploy',
  'function-refuses',
  'function-cannot-start',
  'function-answers-nothing',
] as const;
export type WorldEventKind = (typeof worldEventKinds)[number];

/** A world event at the nth entry of a state, counted from 1 over all executions. */
export const WorldEvent = z.strictObject({
  what: z.enum(worldEventKinds),
  state: z.string(),
  visit: z.int().positive(),
});
export type WorldEvent = z.infer<typeof WorldEvent>;

/** Everything that decides a run: the same schedule gives the same trace, byte for byte. */
export const Schedule = z.strictObject({
  scenario: z.string(),
  seed: z.int().nonnegative(),
  faults: z.array(Fault),
  events: z.array(WorldEvent),
});
export type Schedule = z.infer<typeof Schedule>;
