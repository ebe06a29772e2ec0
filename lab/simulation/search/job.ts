import * as z from 'zod';
import type { Violation } from '../invariants/invariant.ts';
import { Schedule } from '../schedule.ts';
import { Durations } from './setting.ts';
import type { CallSummary } from './singles.ts';

/** Work for a thread: schedules to run, and whether their calls and states are wanted back. */
export const Job = z.strictObject({
  schedules: z.array(Schedule),
  detailed: z.boolean(),
  /** How long the world takes in these runs; those of the setting if it does not say. */
  durations: Durations.optional(),
  /** Whether the plan stays as it is, whatever a scenario would have it say. */
  asPlanned: z.boolean().optional(),
});
export type Job = z.infer<typeof Job>;

/** What came of one schedule, as it travels between threads. */
export interface Outcome {
  readonly schedule: Schedule;
  /** The last state of each execution. */
  readonly ends: readonly string[];
  readonly violations: readonly Violation[];
  readonly digest: string;
  /** What it leaves behind: see `world-left.ts`. */
  readonly world: string;
  /** Only where a violation was found, or where it was asked for. */
  readonly timeline: readonly string[];
  readonly measured: Measured;
  readonly calls: readonly CallSummary[];
  /** The states that were entered, and those of them that were entered more than once. */
  readonly states: readonly string[];
  readonly repeated: readonly string[];
}

/** The figures of a run. Seconds of virtual time; null where a thing did not happen. */
export interface Measured {
  /** From the outage to the first write that a well-behaved client had acknowledged again. */
  readonly rtoSeconds: number | null;
  /** Acknowledged writes that the new writer lacks, in seconds of writes. */
  readonly lossSeconds: number | null;
  readonly wasAsked: boolean;
  readonly promotions: number;
  /** What was left to do, or could not be told: from the dead-letter queue. */
  readonly problems: readonly string[];
}

/** What a thread answers. */
export interface Done {
  readonly outcomes: readonly Outcome[];
  /** What was reached for the first time in this thread: see `coverage.ts`. */
  readonly covered: readonly string[];
}
