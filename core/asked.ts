import type { Lock } from './incident.ts';
import { secondsBetween } from './incident.ts';
import type { Rule } from './rules.ts';
import type { Switch } from './triage.ts';
import { isRunning } from './triage.ts';

/** What is known whenever somebody asks for a run. */
export interface AskedFacts {
  readonly lock: Lock | undefined;
  readonly killSwitch: Switch;
  readonly now: Date;
}

/** What stands in the way of every run that somebody asks for; the first rows of its table. */
export const askedRules: readonly Rule<AskedFacts, 'decline'>[] = [
  {
    id: 'run-at-work',
    when: ({ lock, now }) => lock?.status === 'open' && secondsBetween(now, lock.expiresAt) > 0,
    then: 'decline',
    why: 'Another run holds the plan.',
    detail: ({ lock }) => lock?.incidentId ?? '',
  },
  {
    id: 'paused',
    when: ({ killSwitch }) => !isRunning(killSwitch),
    then: 'decline',
    why: 'The kill switch does not say that the automation may run.',
    detail: ({ killSwitch }) =>
      killSwitch.readable ? `It says "${killSwitch.value}".` : `Unreadable: ${killSwitch.reason}.`,
  },
];
