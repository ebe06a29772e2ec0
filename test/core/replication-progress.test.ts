import { describe, expect, it } from '@jest/globals';
import { voteOnReplication } from '../../core/replication-progress.ts';

const outageStartedAt = new Date('2026-10-02T17:00:00Z');
const at = (time: string) => new Date(`2026-10-02T${time}Z`);

/** The vote on samples of `[time, value, unit?]`, taken at 17:05 unless the test says otherwise. */
function vote(samples: readonly (readonly [string, number, string?])[], now = '17:05:00') {
  return voteOnReplication({
    samples: samples.map(([time, value, unit = 'Seconds']) => ({ at: at(time), value, unit })),
    outageStartedAt,
    now: at(now),
    staleAfterSeconds: 120,
  });
}

describe('replication progress', () => {
  it('is unknown without samples', () => {
    expect(vote([])).toMatchObject({ vote: 'unknown', vetoes: false });
  });

  it.each([
    ['-1', [['17:04:00', -1]]],
    ['milliseconds', [['17:04:00', 100, 'Milliseconds']]],
    ['no unit', [['17:04:00', 100, 'None']]],
    ['not a number', [['17:04:00', Number.NaN]]],
  ] as const)('is unknown when the newest sample says %s', (_name, samples) => {
    expect(vote(samples)).toMatchObject({ vote: 'unknown', vetoes: false });
  });

  it('is unknown when the sample before says -1', () => {
    expect(
      vote([
        ['17:03:00', -1],
        ['17:04:00', 250],
      ]),
    ).toMatchObject({ vote: 'unknown' });
  });

  it('is unknown when the newest sample is stale', () => {
    const samples = [
      ['17:01:00', 70],
      ['17:02:00', 130],
    ] as const;
    expect(vote(samples, '17:04:01')).toMatchObject({ vote: 'unknown' });
  });

  it('is unknown when the newest sample is from before the outage', () => {
    const samples = [
      ['16:58:00', 70],
      ['16:59:00', 130],
    ] as const;
    expect(vote(samples, '17:00:30')).toMatchObject({ vote: 'unknown' });
  });

  it('is unknown with one sample, and when the lag shrinks or stays', () => {
    expect(vote([['17:04:00', 245]])).toMatchObject({ vote: 'unknown' });
    expect(
      vote([
        ['17:03:00', 400],
        ['17:04:00', 300],
      ]),
    ).toMatchObject({ vote: 'unknown' });
    expect(
      vote([
        ['17:03:00', 300],
        ['17:04:00', 300],
      ]),
    ).toMatchObject({ vote: 'unknown' });
  });

  it('is unknown when two samples have the same time', () => {
    expect(
      vote([
        ['17:04:00', 245],
        ['17:04:00', 305],
      ]),
    ).toMatchObject({ vote: 'unknown' });
  });

  it('is down when a fresh lag grows second by second', () => {
    const ballot = vote([
      ['17:03:00', 185],
      ['17:04:00', 245],
    ]);
    expect(ballot).toMatchObject({ vote: 'down', vetoes: false });
  });

  it('is not up when the last commit is exactly as old as the outage', () => {
    expect(
      vote([
        ['17:03:00', 180],
        ['17:04:00', 240],
      ]),
    ).toMatchObject({ vote: 'down' });
  });

  it('is up with a veto when a commit is younger than the outage', () => {
    const ballot = vote([['17:04:00', 239]]);
    expect(ballot).toMatchObject({ vote: 'up', vetoes: true });
    expect(ballot.why).toContain('2026-10-02T17:00:01.000Z');
  });
});
