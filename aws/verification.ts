import * as z from 'zod';
import { DeadlineExceededError } from '../core/errors.ts';
import { Instant, secondsBetween } from '../core/incident.ts';
import { nextPollSeconds } from '../core/poll.ts';
import type { CheckResult } from './checks.ts';
import type { Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';

const POLL_CAP_SECONDS = 10;

/** The turn before this one, or null in the first. */
export const VerificationBefore = z.object({ startedAt: Instant }).nullable();

/** What a turn of checks came to. */
export interface Verification {
  readonly verified: boolean;
  readonly why: string;
  readonly startedAt: string;
  readonly at: string;
  readonly waitSeconds: number;
}

/**
 * Holds a turn of checks against the plan's deadline.
 * @throws DeadlineExceededError naming each check that still fails
 */
export function judge(
  runtime: Runtime,
  plan: Plan,
  before: { readonly startedAt: string } | null,
  results: readonly CheckResult[],
): Verification {
  const now = runtime.clock.now();
  const startedAt = before?.startedAt ?? now.toISOString();
  const failed = results.filter(({ passed }) => !passed);
  const why = (failed.length > 0 ? failed : results).map((result) => result.why).join('; ');
  const { deadlineSeconds } = plan.verification;
  if (failed.length > 0 && secondsBetween(startedAt, now) > deadlineSeconds) {
    throw new DeadlineExceededError(`Not verified after ${deadlineSeconds} s. ${why}`);
  }
  const waitSeconds = nextPollSeconds(startedAt, now, POLL_CAP_SECONDS);
  return { verified: failed.length === 0, why, startedAt, at: now.toISOString(), waitSeconds };
}
