import { describe, expect, it } from '@jest/globals';
import type { SwitchoverParts, SwitchoverStory } from '../../../core/switchover/report.ts';
import {
  buildSwitchoverReport,
  switchoverLines,
  SwitchoverParts as Parts,
} from '../../../core/switchover/report.ts';
import { after, dateAfter } from '../support.ts';
import { allDone, nothingYet, plannedIncident } from './samples.ts';

const failure = { error: 'NotReadyError', why: 'orders: not now.' };
const undo = { leftovers: ['fence database: denied'], why: 'Left as it is: fence database.' };

const reportOf = (parts: Partial<SwitchoverParts>, more: Partial<SwitchoverStory> = {}) =>
  buildSwitchoverReport({
    incident: plannedIncident,
    outcome: 'failed',
    regions: { primary: 'eu-central-1', standby: 'eu-west-1' },
    parts: { ...nothingYet, ...parts },
    votes: [],
    refusedAttempts: [],
    leftovers: [],
    stackOptions: '--region eu-central-1 --stack s',
    targets: { rtoSeconds: 600, rpoSeconds: 5 },
    now: dateAfter(200),
    ...more,
  });
const moved = () => reportOf(allDone, { outcome: 'moved' });

describe('the report of a service that was not moved', () => {
  it('claims no loss of nothing, and measures nothing', () => {
    const report = reportOf({ failure });
    expect(report.rto).toMatchObject({ measuredSeconds: null, phases: {} });
    expect(report.rpo).toMatchObject({ boundSeconds: null, basis: 'nothing was promoted' });
    expect(report.fence).toBe('not tried');
  });

  it('does not claim a bound for a proof without a promotion, or a promotion without a proof', () => {
    const { caughtUp, promotions } = allDone;
    expect(reportOf({ caughtUp }).rpo.boundSeconds).toBeNull();
    expect(reportOf({ promotions }).rpo.boundSeconds).toBeNull();
    const halfway = caughtUp && { ...caughtUp, reached: false };
    expect(reportOf({ promotions, caughtUp: halfway }).rpo.boundSeconds).toBeNull();
  });

  it('does not count a service that was never seen to serve', () => {
    const service = { at: after(190), why: 'It answered 503.', verified: false };
    expect(reportOf({ ...allDone, service, failure }).rto.measuredSeconds).toBeNull();
  });

  it.each<[string, Partial<SwitchoverParts>, string]>([
    ['a failure that was undone', { failure, undo }, 'NotReadyError: orders: not now. Left as it'],
    ['a failure without a cause', { failure: { error: 'E' }, undo }, 'E: no cause given. Left'],
    [
      'a failure after the promotion',
      { ...allDone, traffic: [], service: null, failure },
      'How far it got: databases promoted, target verified. Not known to be done: traffic switched,',
    ],
    [
      'a failure that cannot be undone',
      { failure },
      'How far it got: nothing. Not known to be done: databases promoted, target verified,',
    ],
    ['a no', { judged: { why: 'Rejected by olga.' }, undo }, 'Rejected by olga. Left as it is'],
    ['nothing at all', {}, 'It was not decided.'],
  ])('says why: %s', (_, parts, words) => {
    expect(reportOf(parts).why).toContain(words);
  });

  it('names what is left of the undo, what is kept, and what the table knows besides', () => {
    const { rebuilt } = allDone;
    const { leftovers } = reportOf({ rebuilt, undo, failure }, { leftovers: ['Look at orders.'] });
    expect(leftovers).toEqual([
      'Look at orders.',
      'fence database: denied',
      expect.stringContaining('kept as orders-primary-before-1'),
    ]);
  });
});

describe('a replica whose parameter group applies with its next reboot', () => {
  const [first] = allDone.rebuilt;
  const told = (isToReboot: boolean | undefined, outcome: 'prepared' | 'moved') => {
    const rebuilt = first && [
      { ...first, kept: null, ...(isToReboot !== undefined && { isToReboot }) },
    ];
    const { leftovers } = reportOf({ ...allDone, rebuilt: rebuilt ?? [] }, { outcome });
    return leftovers.filter((each) => each.includes('applies with its next reboot'));
  };

  it('is told of, unless a promotion has rebooted it', () => {
    expect(told(true, 'prepared')).toHaveLength(1);
    expect(told(true, 'moved')).toEqual([]);
  });

  it('is not told of where there is none, or where nobody says so', () => {
    expect([...told(false, 'prepared'), ...told(undefined, 'prepared')]).toEqual([]);
  });
});

describe('the report of a service that was moved', () => {
  it('measures from the moment at which writes were held, and bounds the loss by its proof', () => {
    expect(moved()).toMatchObject({
      incident: plannedIncident.id,
      outcome: 'moved',
      why: 'The service answers from eu-west-1; nothing was lost.',
      closedAt: after(200),
      rto: { targetSeconds: 600, measuredSeconds: 70 },
      rpo: { targetSeconds: 5, boundSeconds: 0, basis: 'Said at 130.' },
      fence: 'confirmed: Said at 125.',
    });
  });

  it('has each phase from the end of the one before it', () => {
    expect(moved().rto.phases).toEqual({
      ...{ prepare: 70, decide: 30, warmUp: 20, catchUp: 10, promote: 30 },
      ...{ verifyTarget: 5, switchTraffic: 15.5, verifyService: 9.5 },
    });
  });

  it('says what is left to do, with the commands for it', () => {
    const said = moved().leftovers.join('\n');
    expect(said).toContain(
      'failover rebuild orders --to eu-central-1 --region eu-central-1 --stack s --reason',
    );
    expect(said).toContain('failover acknowledge orders --region eu-central-1 --stack s --reason');
    // A rebuild is declined before.
    expect(said.indexOf('failover acknowledge')).toBeLessThan(said.indexOf('failover rebuild'));
    expect(said).toContain('orders-primary-before-1, and still takes writes');
  });

  it('of which only a replica was made, says that and nothing of moving', () => {
    const { rebuilt } = allDone;
    const report = reportOf({ rebuilt }, { outcome: 'prepared' });
    expect(report.why).toBe('The replica in eu-west-1 follows the writer in eu-central-1.');
    expect(report.leftovers).toHaveLength(1);
  });
});

describe('the lines of a report', () => {
  it('say how long writes were held, and that nothing was lost', () => {
    const lines = switchoverLines(moved());
    expect(lines[1]).toMatch(/^Writes were held for 70 s \(prepare 70 s, decide 30 s/);
    expect(lines[2]).toBe('Loss: none. Said at 130.');
    expect(lines.filter((line) => line.startsWith('Left to do: '))).toHaveLength(3);
  });

  it('claim neither of a service that was not moved', () => {
    const lines = switchoverLines(reportOf({ failure }));
    expect(lines.join('\n')).not.toMatch(/were held|Loss: none/);
  });

  it('name who decided', () => {
    const vote = {
      at: after(100),
      who: 'Olga',
      decision: 'approved',
      reason: 'now',
      evidenceDigest: null,
      origin: { channel: 'cli' as const, identity: 'arn', address: null, agent: null },
    };
    const lines = switchoverLines(reportOf({ failure }, { votes: [vote] }));
    expect(lines.join('\n')).toContain(`Vote: Olga approved at ${after(100)} (cli) now`);
  });
});

describe('what the states hand over', () => {
  it('is read with fields that it does not need, and refused without those that it does', () => {
    expect(Parts.parse({ ...allDone, more: 1 })).toEqual(allDone);
    expect(Parts.safeParse({ ...allDone, promotions: undefined }).success).toBe(false);
    expect(Parts.safeParse({ ...allDone, fence: { at: after(1), why: '' } }).success).toBe(false);
  });
});
