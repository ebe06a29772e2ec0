import { down, unknown, up } from './probe-votes.ts';
import type { Ballot } from './probe-votes.ts';

/** A reading of replication lag, stamped with the beginning of its period. */
interface LagReading {
  readonly at: Date;
  readonly value: number;
  readonly unit: string;
}

/** What is known when the vote is taken. */
export interface ProgressFacts {
  /** Oldest first. */
  readonly samples: readonly LagReading[];
  readonly outageStartedAt: Date;
  readonly now: Date;
  readonly staleAfterSeconds: number;
}

/** A lag that grows at least this fast, in seconds a second, means that nothing was committed. */
const standstill = 0.9;

/**
 * What replication tells about the primary. A replica that lags `value` seconds at `at` has
 * applied a commit made at `at - value`: if that is after the outage began, the primary was
 * committing during it, and nobody may promote. The stamp is the beginning of the sample's
 * period, so that the commit was later if anything.
 *
 * Down needs more than one fresh sample: a lag that grows second by second. An idle primary looks
 * the same for up to five minutes, and a cut replication link for good, so that this vote is one
 * among several and never enough alone.
 */
export function voteOnReplication(facts: ProgressFacts): Ballot {
  const newest = facts.samples.at(-1);
  if (newest === undefined) return unknown('There is no sample of replication lag.');
  if (!isValid(newest))
    return unknown(`The newest lag says ${newest.value} ${newest.unit}: it cannot be used.`);
  const committedAt = newest.at.getTime() - newest.value * 1000;
  if (committedAt > facts.outageStartedAt.getTime())
    return up(
      `The primary committed at ${new Date(committedAt).toISOString()}, after the outage began.`,
      true,
    );
  const ageSeconds = (facts.now.getTime() - newest.at.getTime()) / 1000;
  if (ageSeconds > facts.staleAfterSeconds || newest.at <= facts.outageStartedAt)
    return unknown(`The newest lag sample is ${Math.round(ageSeconds)} s old.`);
  return voteOnGrowth(newest, facts.samples.at(-2));
}

function voteOnGrowth(newest: LagReading, previous: LagReading | undefined): Ballot {
  if (previous === undefined || !isValid(previous))
    return unknown('There is only one sample of replication lag during the outage.');
  const seconds = (newest.at.getTime() - previous.at.getTime()) / 1000;
  const growth = (newest.value - previous.value) / seconds;
  const shown = `The lag went from ${previous.value} s to ${newest.value} s within ${seconds} s`;
  return seconds > 0 && growth >= standstill
    ? down(`${shown}: nothing was committed meanwhile.`)
    : unknown(`${shown}: that tells nothing.`);
}

/** -1 means that the service cannot tell; other units cannot be compared with time. */
function isValid({ value, unit }: LagReading): boolean {
  return unit === 'Seconds' && Number.isFinite(value) && value >= 0;
}
