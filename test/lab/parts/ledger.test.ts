import { describe, expect, it } from '@jest/globals';
import { measureAttempts } from '../../../lab/parts/client-ledger.ts';
import type { Attempt } from '../../../lab/parts/client-ledger.ts';
import { judge } from '../../../lab/parts/ledger.ts';
import type { Evidence } from '../../../lab/parts/ledger.ts';

const at = (milliseconds: number) => new Date(Date.UTC(2026, 0, 1) + milliseconds);

function acknowledged(id: string, milliseconds: number, region = 'old'): Attempt {
  return {
    ...{ id, client: 'client-1', wellBehaved: true, startedAt: at(milliseconds - 5) },
    ...{ outcome: 'acknowledged', acknowledgedAt: at(milliseconds), region },
  };
}

function unanswered(id: string, outcome: 'failed' | 'unknown'): Attempt {
  return { id, client: 'client-1', wellBehaved: true, startedAt: at(0), outcome };
}

function evidence(overrides: Partial<Evidence>): Evidence {
  return {
    attempts: [],
    newPrimaryIds: [],
    newPrimaryRegion: 'new',
    fork: { lastReplayedCommitAt: at(1_000) },
    ...overrides,
  };
}

const noFork = { lastReplayedCommitAt: undefined };

describe('the judge of the ledger', () => {
  it('finds nothing wrong when every acknowledged write is on the new primary', () => {
    const attempts = [acknowledged('a', 900), acknowledged('b', 2_000, 'new')];
    expect(judge(evidence({ attempts, newPrimaryIds: ['a', 'b'] }))).toEqual({
      ...{ acknowledged: 2, onNewPrimary: 2, lost: [], unexplained: [] },
      ...{ unacknowledgedButPresent: 0, rpoSeconds: 0 },
    });
  });

  it('calls a missing write acknowledged after the fork lost, and measures the loss', () => {
    const attempts = [acknowledged('a', 900), acknowledged('c', 1_700), acknowledged('b', 1_200)];
    const verdict = judge(evidence({ attempts, newPrimaryIds: ['a'] }));
    expect(verdict.lost.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(verdict).toMatchObject({ onNewPrimary: 1, unexplained: [], rpoSeconds: 0.5 });
  });

  it('never measures a loss of one write as no loss', () => {
    const verdict = judge(evidence({ attempts: [acknowledged('a', 1_200)] }));
    expect(verdict.rpoSeconds).toBe(0.001);
  });

  it('does not count writes on the new primary into the age of the loss', () => {
    const attempts = [acknowledged('a', 1_200), acknowledged('b', 9_000, 'new')];
    expect(judge(evidence({ attempts, newPrimaryIds: ['b'] })).rpoSeconds).toBe(0.001);
  });

  it.each([
    ['missingThoughReplicated', { attempts: [acknowledged('a', 999)] }],
    ['missingOnItsOwnPrimary', { attempts: [acknowledged('a', 5_000, 'new')] }],
    ['missingAndForkUnknown', { attempts: [acknowledged('a', 2_000)], fork: noFork }],
    ['missingEverywhere', { attempts: [acknowledged('a', 1_200)], oldPrimaryIds: ['z'] }],
    ['invented', { newPrimaryIds: ['a'] }],
    ['duplicate', { attempts: [acknowledged('a', 1)], newPrimaryIds: ['a', 'a'] }],
  ] as const)('does not explain away a write that is %s', (why, facts) => {
    const verdict = judge(evidence(facts));
    expect(verdict.unexplained).toEqual([{ id: 'a', why }]);
    expect(verdict.lost).toEqual([]);
  });

  it('explains a lost write that the old primary still has', () => {
    const attempts = [acknowledged('a', 1_200)];
    const verdict = judge(evidence({ attempts, oldPrimaryIds: ['a'] }));
    expect(verdict).toMatchObject({ lost: [{ id: 'a' }], unexplained: [] });
  });

  it('allows writes in doubt to be there or not, and rows of others that are declared', () => {
    const attempts = [unanswered('a', 'unknown'), unanswered('b', 'unknown')];
    const verdict = judge(
      evidence({ attempts, newPrimaryIds: ['a', 'check-1'], otherIds: ['check-1'] }),
    );
    expect(verdict).toMatchObject({ lost: [], unexplained: [], unacknowledgedButPresent: 1 });
  });
});

describe('availability', () => {
  it('has a gap from the last acknowledged write to the next one', () => {
    const attempts = [acknowledged('a', 0), acknowledged('b', 100), acknowledged('c', 4_100)];
    const measured = measureAttempts([...attempts, unanswered('d', 'failed')], at(4_200));
    expect(measured).toMatchObject({ attempted: 4, acknowledged: 3, failed: 1, unknown: 0 });
    expect(measured.gaps).toEqual([{ startAt: at(100), endAt: at(4_100), seconds: 4 }]);
    expect(measured.downSince).toBeUndefined();
  });

  it('knows an outage that still goes on', () => {
    expect(measureAttempts([acknowledged('a', 0)], at(3_000)).downSince).toEqual(at(0));
  });

  it('is not repaired by a client that ignores DNS', () => {
    const stubborn = { ...acknowledged('b', 2_000), wellBehaved: false };
    const attempts = [acknowledged('a', 0), stubborn, acknowledged('c', 4_000)];
    expect(measureAttempts(attempts, at(4_000)).gaps).toMatchObject([{ seconds: 4 }]);
  });
});
