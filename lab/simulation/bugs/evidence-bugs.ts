import type { Bug } from './bug.ts';

/** What is believed too easily. */
export const evidenceBugs: readonly Bug[] = [
  {
    id: 'one-answer-decides',
    what: 'a read whose failure is an answer is made once: a lost packet ends the failover',
    file: 'aws/read-again.ts',
    find: 'const READS = 3;',
    replace: 'const READS = 1;',
    killedBy: ['L1b'],
    where: [
      {
        scenario: 'outage',
        fault: { at: 'authorize RDS.DescribeDBInstances eu-central-1', kind: 'throttled' },
      },
    ],
  },
  {
    id: 'unknown-is-down',
    what: 'a probe that cannot tell counts as one that says down',
    file: 'core/outage.ts',
    find: "const down = probes.filter(({ vote }) => vote === 'down');",
    replace: "const down = probes.filter(({ vote }) => vote !== 'up');",
    killedBy: ['S4b'],
    where: [{ scenario: 'cannot-tell' }],
  },
  {
    id: 'sighting-is-no-veto',
    what: 'a probe that saw the primary at work is outvoted by two others',
    file: 'core/outage.ts',
    find: 'if (sighting !== undefined) {',
    replace: 'if (sighting !== undefined && probes.length === 1) {',
    killedBy: ['S5b'],
    where: [{ scenario: 'replication-cut' }],
  },
  {
    id: 'last-look-is-ignored',
    what: 'the last look goes on although it saw the primary alive',
    file: 'core/outage.ts',
    find: "when: ({ round }) => round.vote === 'up',\n    then: 'stop',",
    replace: "when: ({ round }) => round.vote === 'up',\n    then: 'go',",
    killedBy: ['S5'],
    where: [
      { scenario: 'outage', events: [{ what: 'primary-returns', state: 'LastLook', visit: 1 }] },
    ],
  },
  {
    id: 'control-not-needed',
    what: 'a vantage point that reaches nothing at all says down',
    file: 'core/outage.ts',
    find: 'if (controls.length > 0 && ',
    replace: 'if (controls.length > 99 && ',
    killedBy: ['S4'],
    where: [
      {
        scenario: 'outage',
        fault: { at: 'reobserve-outage network.https GET elsewhere', kind: 'requestLost' },
      },
    ],
  },
  {
    id: 'undecided-is-confirmed',
    what: 'probes that do not agree are enough to go on without a human',
    file: 'core/authorization.ts',
    find: "when: ({ verdict }) => verdict !== 'confirmed',",
    replace: 'when: () => false,',
    killedBy: ['S3c'],
    where: [{ scenario: 'cannot-tell' }],
  },
  {
    id: 'no-reading-is-zero',
    what: 'without any reading of the lag the loss is taken for zero',
    file: 'core/data-loss.ts',
    find: "if (newest === undefined) return unknown('There is no lag reading from before the outage.');",
    replace:
      'const sampleAt = outageStart.earliestAt;\n' +
      '  const none = { known: true, boundSeconds: 0, estimateSeconds: 0, ageSeconds: 0 };\n' +
      '  if (newest === undefined) return { ...none, sampleAt, source };',
    killedBy: ['S6b'],
    where: [{ scenario: 'loss-unknown' }],
  },
  {
    id: 'minus-one-is-a-lag',
    what: 'a lag of -1, which means unknown, is read as less than none',
    file: 'core/data-loss.ts',
    find:
      "if (value === -1) return 'The newest lag reading is -1: replication was not running.';\n" +
      '  if (!Number.isFinite(value) || value < 0)',
    replace: 'if (!Number.isFinite(value) || value < -1)',
    killedBy: ['S6b'],
    where: [{ scenario: 'lag-minus-one' }],
  },
  {
    id: 'age-is-ignored',
    what: 'the loss is the newest lag, however long before the outage that was read',
    file: 'core/data-loss.ts',
    find: 'boundSeconds: round(maximum + ageSeconds),',
    replace: 'boundSeconds: round(maximum),',
    killedBy: ['S6', 'S6c'],
    where: [{ scenario: 'silent-lag' }],
  },
  {
    id: 'loss-counts-from-the-alarm',
    what: 'the loss is counted from the alarm, although a look saw the primary alive after it',
    file: 'core/outage.ts',
    find: 'if (!alarm.known || seenAliveAt === null) return alarm;',
    replace: 'if (alarm.known || seenAliveAt === null) return alarm;',
    killedBy: ['S6'],
    where: [{ scenario: 'alive-then-dead' }],
  },
  {
    id: 'rpo-is-no-gate',
    what: 'more than the RPO is lost without asking anybody',
    file: 'core/authorization.ts',
    find: 'dataLoss.known && !(dataLoss.boundSeconds <= rpoSeconds),',
    replace: 'dataLoss.known && rpoSeconds < 0,',
    killedBy: ['S6'],
    where: [{ scenario: 'rpo-breach' }],
  },
  {
    id: 'old-look-will-do',
    what: 'a promotion that was held up for minutes rests on the look before that',
    file: 'aws/request-promotion.ts',
    find: "if (first.outcome !== 'request' || isFresh) return first;",
    replace: "if (first.outcome !== 'refused' || isFresh) return first;",
    killedBy: ['S7'],
    where: [{ scenario: 'late-promotion' }],
  },
  {
    id: 'unreadable-switch-runs',
    what: 'a kill switch that cannot be read counts as running',
    file: 'core/triage.ts',
    find: "return killSwitch.readable && killSwitch.value === 'running';",
    replace: "return !killSwitch.readable || killSwitch.value === 'running';",
    killedBy: ['S17b'],
    where: [
      {
        scenario: 'outage',
        fault: {
          at: 'open-incident SSM.GetParameter eu-central-1',
          kind: 'rejected',
          stays: true,
        },
      },
    ],
  },
  {
    id: 'pause-is-ignored',
    what: 'any kill switch that can be read counts as running',
    file: 'core/triage.ts',
    find: "return killSwitch.readable && killSwitch.value === 'running';",
    replace: 'return killSwitch.readable;',
    killedBy: ['S17'],
    where: [
      {
        scenario: 'outage',
        events: [{ what: 'operator-pauses', state: 'FencePrimary', visit: 1 }],
      },
    ],
  },
  {
    id: 'foreign-replica-is-promoted',
    what: 'whatever the replica follows, it is promoted',
    file: 'aws/drivers/rds-read-replica/instances.ts',
    find: 'return isInstance && where === region && name === id;',
    replace: 'return isInstance;',
    killedBy: ['S18b'],
    where: [{ scenario: 'foreign-replica' }],
  },
  {
    id: 'primary-is-asked-for-the-lag',
    what: 'the lag is read in the Region that failed',
    file: 'aws/drivers/rds-read-replica/lag.ts',
    find: 'runtime.client(CloudWatchClient, plan.regions.standby)',
    replace: 'runtime.client(CloudWatchClient, plan.regions.primary)',
    killedBy: ['S24'],
    where: [{ scenario: 'outage' }],
  },
];
