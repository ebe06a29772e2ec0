import type { Bug } from './bug.ts';
import { MACHINE_FILE as file } from './bug.ts';

/** Changes of the state machine: the order of the steps, and what follows a failure. */
export const orderBugs: readonly Bug[] = [
  {
    id: 'last-look-is-skipped',
    what: 'the fence is followed by the promotion',
    file,
    find: `Condition: '{% $fence.outcome = "proceed" %}'\n        Next: LastLook`,
    replace: `Condition: '{% $fence.outcome = "proceed" %}'\n        Next: PromoteAndAwaitCapacity`,
    killedBy: ['S3', 'S10'],
    where: [{ scenario: 'outage' }],
  },
  {
    id: 'traffic-before-proof',
    what: 'traffic is switched before the standby is verified',
    file,
    find: 'Next: StandbyNotReady\n    Default: VerifyStandby',
    // The way to the checks stays there, but is never taken: a state without one is no definition.
    replace: `Next: StandbyNotReady\n      - Condition: '{% $capacity = null %}'\n        Next: VerifyStandby\n    Default: SwitchTraffic`,
    killedBy: ['S10', 'S2b'],
    where: [{ scenario: 'outage' }],
  },
  {
    id: 'recovery-without-proof',
    what: 'a recovery is told whatever the checks through the public name say',
    file,
    find: `Condition: '{% $service.verified %}'`,
    replace: `Condition: '{% $service.verified or true %}'`,
    killedBy: ['S2c'],
    where: [
      {
        scenario: 'outage',
        events: [{ what: 'standby-database-dies', state: 'VerifyService', visit: 1 }],
      },
    ],
  },
  {
    id: 'closing-is-skipped',
    what: 'a recovered run ends without closing its incident: only failures are told',
    file,
    find: `Condition: '{% $service.verified %}'\n        Next: CloseIncident`,
    replace:
      `Condition: '{% $service.verified and $failure = null %}'\n        Next: Recovered\n` +
      `      - Condition: '{% $service.verified %}'\n        Next: CloseIncident`,
    killedBy: ['L2', 'L3'],
    where: [{ scenario: 'outage' }],
  },
  {
    id: 'refusal-is-tried-again',
    what: 'a promotion that the service refused is asked for again',
    file,
    find: '[InvalidInputError, NotReadyError, StaleEpochError, DeadlineExceededError]\n                      MaxAttempts: 0',
    replace:
      '[InvalidInputError, StaleEpochError, DeadlineExceededError]\n                      MaxAttempts: 0',
    killedBy: ['S13b'],
    where: [
      {
        scenario: 'outage',
        fault: { at: 'promote-database RDS.PromoteReadReplica eu-central-1', kind: 'rejected' },
      },
    ],
  },
  {
    id: 'stands-down-after-promotion',
    what: 'a failure after the promotion leads back instead of forward',
    file,
    find: 'Catch: &recordFailure\n      - ErrorEquals: [States.ALL]\n        Assign: { failure: *failure }\n        Next: RecordFailure',
    replace:
      'Catch: &recordFailure\n      - ErrorEquals: [States.ALL]\n        Assign: { failure: *failure }\n        Next: StandDown',
    killedBy: ['S12b'],
    where: [
      {
        scenario: 'outage',
        events: [{ what: 'standby-database-dies', state: 'VerifyStandby', visit: 1 }],
      },
    ],
  },
  {
    id: 'not-fenced-again',
    what: 'a fence that failed is not tried again after the promotion',
    file,
    find: `'{% $fence.grade != "confirmed" and $refence = null %}'`,
    replace: `'{% $refence != null and false %}'`,
    killedBy: ['S11b'],
    where: [{ scenario: 'outage' }],
  },
];
