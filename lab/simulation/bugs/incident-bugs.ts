import type { Bug } from './bug.ts';

/** Who holds the plan, and for how long. */
export const incidentBugs: readonly Bug[] = [
  {
    id: 'cool-down-is-ignored',
    what: 'after a promotion the next alarm opens an incident at once',
    file: 'core/triage.ts',
    find: 'if (lock?.promotedAt === undefined) return false;',
    replace: "if (lock?.promotedAt !== '') return false;",
    killedBy: ['S8b'],
    where: [{ scenario: 'second-outage-cooling-down' }],
  },
  {
    id: 'cool-down-is-not-armed',
    what: 'the lock does not remember that a promotion was asked for',
    file: 'aws/incident-store.ts',
    find: "'SET promotedAt = :at, promotedBy",
    replace: "'SET askedAt = :at, promotedBy",
    killedBy: ['S8c'],
    where: [{ scenario: 'outage' }],
  },
  {
    id: 'false-alarm-cools-down',
    what: 'every incident starts the cool-down, one that promotes nothing too',
    file: 'aws/lock.ts',
    find: ' REMOVE closedAt, outcome, settlesAt',
    replace: ', promotedAt = :expiresAt REMOVE closedAt, outcome',
    killedBy: ['L4'],
    where: [{ scenario: 'false-then-real' }],
  },
  {
    id: 'duplicate-opens',
    what: 'an alarm opens an incident while another one holds the plan',
    file: 'core/triage.ts',
    find: 'when: isHeld,',
    replace: 'when: () => false,',
    killedBy: ['S8d'],
    where: [
      { scenario: 'outage', events: [{ what: 'second-alarm', state: 'FencePrimary', visit: 1 }] },
    ],
  },
  {
    id: 'claim-without-condition',
    what: 'of several alarms at once each takes the lock',
    file: 'aws/lock.ts',
    find: "seen === undefined ? 'attribute_not_exists(pk)'",
    replace: "seen === undefined ? 'attribute_not_exists(closedAt)'",
    killedBy: ['S8d', 'S9b'],
    where: [{ scenario: 'duplicate-alarms' }],
  },
  {
    id: 'epoch-stands-still',
    what: 'every incident has the same epoch',
    file: 'aws/triage.ts',
    find: 'const epoch = (lock?.epoch ?? 0) + 1;',
    replace: 'const epoch = 1;',
    killedBy: ['S9b'],
    where: [{ scenario: 'false-then-real' }],
  },
  {
    id: 'stale-alarm-opens',
    what: 'an alarm that arrives hours late opens an incident',
    file: 'core/triage.ts',
    find: '!(secondsBetween(alarm.at, now) <= (plan?.staleAfterSeconds ?? 0)) ||',
    replace: '',
    killedBy: ['S8e'],
    where: [{ scenario: 'late-alarm' }],
  },
  {
    id: 'holder-is-not-asserted',
    what: 'a run that lost the lock goes on changing things',
    file: 'aws/incident-store.ts',
    find: "if (!isHolder || lock.status !== 'open') throw stale(incident);",
    replace: 'if (isHolder === undefined) throw stale(incident);',
    killedBy: ['S9'],
    where: [{ scenario: 'redriven-too-late' }],
  },
  {
    id: 'lock-is-kept',
    what: 'closing an incident does not give the lock back',
    file: 'functions/close-incident.ts',
    find: 'await createIncidentStore(runtime).close(incident, outcome, settled);',
    replace: '',
    killedBy: ['L2'],
    where: [{ scenario: 'outage' }],
  },
  {
    id: 'watcher-keeps-the-lock',
    what: 'a run that was stopped keeps the lock',
    file: 'aws/settle.ts',
    find: "await store.close(incident, 'failed', plan && (await settlesAt(runtime, plan, incident)));",
    replace: '',
    killedBy: ['L2'],
    where: [
      { scenario: 'outage', events: [{ what: 'operator-stops', state: 'LastLook', visit: 1 }] },
    ],
  },
  {
    id: 'ledger-is-overwritten',
    what: 'a line of the story replaces the one of the same kind before it',
    file: 'aws/ledger.ts',
    find: 'const sk = `LEDGER#${at}#${what}#${digestOf(entry).slice(0, 8)}`;',
    replace: 'const sk = `LEDGER#${what}`;',
    killedBy: ['S23b'],
    where: [{ scenario: 'outage' }],
  },
  {
    id: 'intent-after-the-call',
    what: 'a promotion is asked for before that is written down',
    file: 'functions/promote-database.ts',
    find:
      'await store.recordPromotionIntent(incident, database.id);\n' +
      '      await requestOnce(() => driver.promote(context));',
    replace:
      'await requestOnce(() => driver.promote(context));\n' +
      '      await store.recordPromotionIntent(incident, database.id);',
    killedBy: ['S23'],
    where: [{ scenario: 'outage' }],
  },
  {
    id: 'nobody-is-told',
    what: 'an incident is closed without telling anybody',
    file: 'functions/close-incident.ts',
    find:
      'const { channels: told } = await tell(\n      runtime,\n      plan,\n' +
      '      endedNotice(incident, outcome, reportLines(report), card),\n    );',
    replace: 'const told = [];',
    killedBy: ['L3'],
    where: [{ scenario: 'outage' }],
  },
  {
    id: 'watcher-is-silent',
    what: 'the end of a run that was stopped is told nobody',
    file: 'functions/on-execution-status-change.ts',
    find: 'if (isTold) return',
    replace: 'if (incident !== undefined) return',
    killedBy: ['L3'],
    where: [
      { scenario: 'outage', events: [{ what: 'operator-stops', state: 'LastLook', visit: 1 }] },
    ],
  },
];
