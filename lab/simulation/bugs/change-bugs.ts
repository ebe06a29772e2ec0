import type { Bug, Where } from './bug.ts';

const dyingStandby = (scenario: string): Where => ({
  scenario,
  events: [{ what: 'standby-database-dies', state: 'VerifyStandby', visit: 1 }],
});
/** The fence is up, and then the run has to stand down. */
const pausedWhenFenced: Where = {
  scenario: 'outage-fenced',
  events: [{ what: 'operator-pauses', state: 'LastLook', visit: 1 }],
};

/** What is changed too early, too often, or not put back. */
export const changeBugs: readonly Bug[] = [
  {
    id: 'any-fence-will-do',
    what: 'every fence counts as confirmed, one that was only tried too',
    file: 'core/authorization.ts',
    find: "when: ({ grade }) => grade === 'confirmed',",
    replace: 'when: () => true,',
    killedBy: ['S1', 'S11'],
    where: [{ scenario: 'partition-fenced' }],
  },
  {
    id: 'nobody-watches-the-old-primary',
    what: 'after the failover nothing looks whether the old primary is back',
    file: 'core/watch.ts',
    find: "id: 'unfenced',\n    when: () => true,\n    then: 'look',",
    replace: "id: 'unfenced',\n    when: () => true,\n    then: 'rest',",
    killedBy: ['S19'],
    where: [{ scenario: 'primary-returns-late' }],
  },
  {
    id: 'watch-fences-what-serves',
    what: 'the watch does not look where clients are sent',
    file: 'core/watch.ts',
    find: 'when: ({ notThere }) => notThere.length > 0,',
    replace: 'when: () => false,',
    killedBy: ['S19b'],
    where: [{ scenario: 'gone-back-by-hand' }],
  },
  {
    id: 'fence-keeps-nothing',
    what: 'what was there before the fence is not kept, so that nothing is put back',
    file: 'aws/try-fence.ts',
    find: 'await store.snapshotOnce(incident, thing, before.found);',
    replace: '',
    killedBy: ['S14'],
    where: [pausedWhenFenced],
  },
  {
    id: 'fence-is-forgotten',
    what: 'standing down leaves the old primary fenced',
    file: 'aws/undo.ts',
    find: 'return [...fences, ...warmUps];',
    replace: 'return [...fences.slice(1), ...warmUps];',
    killedBy: ['S14'],
    where: [pausedWhenFenced],
  },
  {
    id: 'warm-up-is-forgotten',
    what: 'standing down leaves the capacity raised',
    file: 'aws/undo.ts',
    find: 'return [...fences, ...warmUps];',
    replace: 'return [...fences, ...warmUps.slice(1)];',
    killedBy: ['S14'],
    where: [{ scenario: 'blip' }],
  },
  {
    id: 'snapshot-is-overwritten',
    what: 'a step that is repeated takes the raised capacity for the one from before',
    file: 'aws/warm-up.ts',
    find: 'if (known === undefined) {',
    replace: 'if (known !== null) {',
    and: [
      {
        file: 'aws/incident-store.ts',
        find: "Item: write(item),\n        ConditionExpression: 'attribute_not_exists(pk)',",
        replace: 'Item: write(item),',
      },
    ],
    killedBy: ['S14'],
    where: [
      {
        scenario: 'blip',
        fault: {
          at: 'warm-up-compute AutoScaling.UpdateAutoScalingGroup eu-central-1',
          kind: 'crashAfter',
        },
      },
    ],
  },
  {
    id: 'promotes-another',
    what: 'the promotion names the database of the other Region',
    file: 'aws/drivers/rds-read-replica/driver.ts',
    find: 'new PromoteReadReplicaCommand({ DBInstanceIdentifier: config.replica })',
    replace: 'new PromoteReadReplicaCommand({ DBInstanceIdentifier: config.source })',
    killedBy: ['S18'],
    where: [{ scenario: 'outage' }],
  },
  {
    id: 'promotes-blindly',
    what: 'a promotion whose answer was lost is asked for again without a look',
    file: 'aws/request-promotion.ts',
    find: 'if (error instanceof NotReadyError) return;',
    replace:
      'if (error instanceof UnreachableError) await request();\n' +
      '    if (error instanceof NotReadyError || error instanceof UnreachableError) return;',
    killedBy: ['S13'],
    where: [
      {
        scenario: 'outage',
        fault: { at: 'promote-database RDS.PromoteReadReplica eu-central-1', kind: 'requestLost' },
      },
    ],
  },
  {
    id: 'unfences-after-promotion',
    what: 'a failure after the promotion stands down, and takes the fence away',
    file: 'functions/stand-down.ts',
    find: 'await abandonPromotion(runtime, plan, incident);',
    replace: '',
    and: [
      {
        file: 'statemachines/failover.asl.yaml',
        find: 'Catch: &recordFailure\n      - ErrorEquals: [States.ALL]\n        Assign: { failure: *failure }\n        Next: RecordFailure',
        replace:
          'Catch: &recordFailure\n      - ErrorEquals: [States.ALL]\n        Assign: { failure: *failure }\n        Next: StandDown',
      },
    ],
    killedBy: ['S12'],
    where: [dyingStandby('outage-fenced')],
  },
  {
    id: 'standby-is-always-fine',
    what: 'the checks of the standby are made, and never fail',
    file: 'aws/verification.ts',
    find: 'return { verified: failed.length === 0, why,',
    replace: 'return { verified: true, why,',
    killedBy: ['S2b'],
    where: [dyingStandby('outage')],
  },
  {
    id: 'traffic-falls-back',
    what: 'the marker that leads traffic to the standby is taken away once it worked',
    file: 'functions/switch-route.ts',
    find: 'if (settled) await notePhase(',
    replace:
      'if (settled) await driver.restore(snapshot, context);\n    if (settled) await notePhase(',
    killedBy: ['L5'],
    where: [{ scenario: 'outage' }],
  },
];
