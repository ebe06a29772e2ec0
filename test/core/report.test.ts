import { describe, expect, it } from '@jest/globals';
import type { Incident } from '../../core/incident.ts';
import type { Story, Timeline } from '../../core/report.ts';
import { buildReport, IncidentReportShape, reportLines } from '../../core/report.ts';
import { after, dateAfter } from './support.ts';

const incident: Incident = {
  id: 'shop-4',
  plan: 'shop',
  epoch: 4,
  alarm: 'arn:a',
  alarmReason: '',
  openedAt: after(120),
  outageStart: { known: true, earliestAt: after(0), latestAt: after(60) },
  executionArn: 'arn:e',
};
const nothing: Timeline = {
  openedAt: incident.openedAt,
  decidedAt: undefined,
  fencedAt: undefined,
  promotedAt: undefined,
  capacityAt: undefined,
  standbyVerifiedAt: undefined,
  switchedAt: undefined,
  serviceVerifiedAt: undefined,
};
const recovered: Story = {
  incident,
  outcome: 'recovered',
  why: 'The service answers from the standby Region.',
  outageStart: incident.outageStart,
  timeline: {
    openedAt: after(120),
    decidedAt: after(180),
    fencedAt: after(185.5),
    promotedAt: after(485.5),
    capacityAt: after(300),
    standbyVerifiedAt: after(490),
    switchedAt: after(580),
    serviceVerifiedAt: after(581.25),
  },
  dataLoss: {
    known: true,
    boundSeconds: 42,
    estimateSeconds: 40,
    sampleAt: after(-20),
    ageSeconds: 20,
    source: 'Shop HeartbeatAge',
  },
  fence: { grade: 'confirmed', why: 'A write is refused.' },
  promoted: true,
  votes: [],
  refusedAttempts: [],
  leftovers: [],
  stackOptions: '--region eu-central-1 --stack s',
  targets: { rtoSeconds: 900, rpoSeconds: 60 },
  now: dateAfter(590),
};
const report = (change: Partial<Story>) => buildReport({ ...recovered, ...change });
const unfenced = /The old primary is not confirmed fenced/;
const acknowledge = /npx failover acknowledge shop --region eu-central-1 --stack s --reason/;

describe('buildReport', () => {
  it('measures nothing that did not happen', () => {
    const failed = report({ outcome: 'failed', timeline: nothing, promoted: false });
    expect(failed.rto).toMatchObject({ measuredSeconds: null, phases: { detect: 120 } });
    expect(failed.leftovers).toEqual([]);
  });

  it('says unknown where the loss is unknown or was not assessed', () => {
    const reason = 'no sample';
    expect(report({ dataLoss: { known: false, reason, source: 'x' } }).rpo).toEqual({
      targetSeconds: 60,
      boundSeconds: null,
      basis: 'unknown: no sample',
    });
    expect(report({ dataLoss: undefined }).rpo.basis).toBe('not assessed');
  });

  it.each([
    ['attempted', { grade: 'attempted', why: 'It did not answer.' }],
    ['not tried', undefined],
  ])('leaves the fence to do after a promotion: %s', (words, fence) => {
    const { leftovers, fence: shown } = report({ fence });
    expect(leftovers).toHaveLength(2);
    expect(leftovers[0]).toMatch(unfenced);
    expect(leftovers[1]).toMatch(acknowledge);
    expect(shown).toContain(words);
  });

  it('asks for an acknowledgement after every promotion, also one that failed', () => {
    expect(report({ outcome: 'failed' }).leftovers).toEqual([expect.stringMatching(acknowledge)]);
  });

  it('keeps what the steps left to do, in front', () => {
    expect(report({ leftovers: ['Capacity is missing.'] }).leftovers[0]).toBe(
      'Capacity is missing.',
    );
  });

  it('measures from the earliest beginning of the outage, by phase', () => {
    expect(report({}).rto).toEqual({
      targetSeconds: 900,
      measuredSeconds: 581.25,
      basis: "from the outage's earliest beginning",
      phases: {
        detect: 120,
        decide: 60,
        fence: 5.5,
        promote: 300,
        warmUp: 114.5,
        verifyStandby: 4.5,
        switchTraffic: 90,
        verifyService: 1.25,
      },
    });
  });

  it('admits that it measured from the opening if the beginning is unknown', () => {
    const outageStart = { known: false, reason: 'composite' } as const;
    const { rto } = report({ outageStart });
    expect(rto.measuredSeconds).toBe(461.25);
    expect(rto.basis).toMatch(/from the incident's opening: .* it was longer/);
  });

  it('is what its own shape accepts', () => {
    expect(IncidentReportShape.parse(report({}))).toEqual(report({}));
  });
});

describe('reportLines', () => {
  it('says what was reached, and what is left to do', () => {
    expect(reportLines(report({ leftovers: ['Look.'] }))).toEqual([
      'The service answers from the standby Region.',
      "RTO: 581.25 s of 900 s, from the outage's earliest beginning (detect 120 s, decide 60 s, " +
        'fence 5.5 s, promote 300 s, warmUp 114.5 s, verifyStandby 4.5 s, switchTraffic 90 s, ' +
        'verifyService 1.25 s)',
      `RPO: at most 42 s of 60 s (Shop HeartbeatAge, sample of ${after(-20)})`,
      'Fence: confirmed: A write is refused.',
      'Left to do: Look.',
      expect.stringMatching(acknowledge),
    ]);
  });

  it('says what was not reached', () => {
    const lines = reportLines(report({ timeline: nothing, dataLoss: undefined, fence: undefined }));
    expect(lines.slice(1, 4)).toEqual([
      'RTO: not reached; the target is 900 s (detect 120 s)',
      'RPO: unknown; the target is 60 s (not assessed)',
      'Fence: not tried',
    ]);
  });
});
