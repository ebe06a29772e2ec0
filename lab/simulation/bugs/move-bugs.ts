import type { Bug } from './bug.ts';
import { MOVE_FILE as file } from './bug.ts';

/** Bugs of a service that is moved by plan. */
export const moveBugs: readonly Bug[] = [
  {
    id: 'replica-lacks-writes',
    what: 'a switchover promotes a replica that has not replayed everything',
    file: 'core/switchover/catch-up.ts',
    find: 'others === 0 && prepared === 0 && distance?.known === true && distance.bytes <= 0',
    replace: 'true',
    killedBy: ['S6m'],
    where: [{ scenario: 'switchover-stalled' }],
  },
  {
    id: 'fence-is-not-asked',
    what: 'a switchover promotes whatever its fence came to',
    file,
    find: `Condition: '{% $caughtUp.reached and $fence.grade = "confirmed" %}'`,
    replace: `Condition: '{% $caughtUp.reached %}'`,
    and: [
      {
        file,
        find: `Condition: '{% $fence.grade != "none" %}'`,
        replace: `Condition: '{% $fenceTries >= 1 %}'`,
      },
    ],
    killedBy: ['S1m'],
    where: [
      {
        scenario: 'switchover',
        fault: {
          at: 'fence-primary EC2.RevokeSecurityGroupIngress eu-west-1',
          kind: 'rejected',
          stays: true,
        },
      },
    ],
  },
  {
    id: 'renamed-before-it-is-kept',
    what: 'an old instance is renamed while its snapshot is being made',
    file: 'core/switchover/rebuild.ts',
    find: "when: ({ replica, snapshot }) => replica === 'available' && snapshot !== 'available',",
    replace: 'when: () => false,',
    and: [
      {
        file: 'core/switchover/rebuild.ts',
        find: "when: ({ replica, snapshot }) => replica === 'available' && snapshot === undefined,",
        replace: 'when: () => false,',
      },
    ],
    killedBy: ['S21'],
    where: [{ scenario: 'failback' }],
  },
  {
    id: 'an-older-snapshot-will-do',
    what: 'every snapshot of an instance has one name: that of an earlier promotion counts for this one',
    file: 'aws/drivers/rds-read-replica/kept-names.ts',
    find: "promotedBy?.split('-').at(-1) ?? '0'",
    replace: "promotedBy === undefined ? '0' : '9'",
    killedBy: ['S21'],
    where: [{ scenario: 'failback' }],
  },
  {
    id: 'moved-behind-a-fence',
    what: 'a service goes home behind the fence of its failover, and nobody asks whether it serves',
    file: 'functions/lift-fence.ts',
    find: 'watched?.plan.regions.primary === plan.regions.standby',
    replace: 'watched?.plan.regions.primary === plan.regions.primary',
    and: [
      { file, find: `'{% $standby.verified %}'`, replace: `'{% $standby != null %}'` },
      { file, find: `'{% $service.verified %}'`, replace: `'{% $service != null %}'` },
    ],
    killedBy: ['L7'],
    where: [{ scenario: 'failback' }],
  },
  {
    id: 'nothing-is-accounted-for',
    what: 'a replica is built although nobody accounted for what the failover left behind',
    file: 'core/switchover/opening.ts',
    find: 'when: ({ isReconciled }) => !isReconciled,',
    replace: 'when: () => false,',
    killedBy: ['L6'],
    where: [{ scenario: 'failback-unreconciled' }],
  },
  {
    id: 'holds-writes-on-an-old-look',
    what: 'a switchover holds writes although nobody has looked at the replica since the question',
    file,
    find: 'Default: BeginToRecheck',
    replace: 'Default: BeginToHold',
    killedBy: ['S26'],
    where: [{ scenario: 'switchover' }],
  },
  {
    id: 'who-gives-up-stays-fenced',
    what: 'a switchover that gives up while writes are held does not put them back',
    file,
    find: `why: '{% $fence.why %}' } }\n    Next: StandDown`,
    replace: `why: '{% $fence.why %}' } }\n    Next: CloseUnmoved`,
    killedBy: ['S25'],
    where: [{ scenario: 'switchover-unproved' }],
  },
  {
    id: 'traffic-before-the-target-is-proved',
    what: 'a switchover sends clients to a target that was not verified',
    file,
    find: 'Catch: *standDown\n    Next: VerifyStandby',
    replace: 'Catch: *standDown\n    Next: SwitchTraffic',
    and: [
      {
        file,
        find: `Condition: '{% $service.verified %}'`,
        // The way to the checks stays there, but is never taken.
        replace: `Condition: '{% $service = null %}'\n        Next: VerifyStandby\n      - Condition: '{% $service.verified %}'`,
      },
    ],
    killedBy: ['S26'],
    where: [{ scenario: 'switchover' }],
  },
  {
    id: 'proof-is-not-asked',
    what: 'a switchover catches up, and promotes without having asked whether it has',
    file,
    find: 'Catch: *standDown\n    Next: IsSourceFenced\n',
    replace:
      'Catch: *standDown\n    Next: Hurry\n\n  Hurry:\n    Type: Choice\n    Choices:\n' +
      `      - Condition: '{% $fence = null %}'\n        Next: IsSourceFenced\n    Default: PromoteDatabases\n`,
    and: [
      {
        file: 'core/promotion.ts',
        find: "when: ({ proof, requestedAt }) => proof === 'missing or old' && requestedAt === undefined,",
        replace: 'when: () => false,',
      },
    ],
    killedBy: ['S26', 'S1m', 'S6m'],
    where: [{ scenario: 'switchover' }],
  },
  {
    id: 'gives-up-what-it-asked-for',
    what: 'a switchover gives up, and lets writes go on, although its promotion was asked for',
    file: 'aws/lock.ts',
    find: "'promotedBy <> :incidentId'",
    replace: "'incidentId = :incidentId'",
    killedBy: ['S12m'],
    where: [
      {
        scenario: 'switchover',
        fault: { at: 'promote-database RDS.PromoteReadReplica eu-central-1', kind: 'rejected' },
      },
    ],
  },
];
