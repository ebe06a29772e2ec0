import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ProtocolReport, VariantReport } from '../../../../lab/simulation/protocol/search.ts';
import { searchProtocol, searchVariant } from '../../../../lab/simulation/protocol/search.ts';
import { protocolLines } from '../../../../lab/simulation/protocol/report.ts';
import { brokenVariants, variants } from '../../../../lab/simulation/protocol/variants.ts';

let report: ProtocolReport;
beforeAll(() => {
  report = searchProtocol();
});

function found(id: string): VariantReport {
  const one = report.variants.find(({ variant }) => variant.id === id);
  if (one === undefined) throw new Error(`No variant is named ${id}.`);
  return one;
}

const brokenIn = (id: string) =>
  found(id).verdicts.flatMap((verdict) => (verdict.holds ? [] : [verdict.id]));

const wayTo = (id: string, property: string) =>
  found(id).verdicts.find((verdict) => verdict.id === property)?.counterexample ?? [];

describe('what each variant promises', () => {
  it('a lock alone lets two databases write once the way to the primary is cut', () => {
    expect(brokenIn('lockOnly')).toStrictEqual(['S1']);
    expect(wayTo('lockOnly', 'S1').slice(2)).toStrictEqual([
      'the way back from the primary is cut: requests reach it, answers do not return',
      'run 1 sees no primary, and may go on',
      'run 1 looks once more and sees no primary',
      'run 1 reads that the standby is a replica',
      'run 1 writes its intent and asks for the promotion',
      'the promotion of run 1 lands: the standby takes writes',
    ]);
  });

  it.each(['fenceGate', 'humanAccepts', 'lease'])('%s keeps every property', (id) => {
    expect(brokenIn(id)).toStrictEqual([]);
    expect(found(id).isSafe).toBe(true);
  });

  it('two writers come with a human who accepted them, and only where one is asked', () => {
    const accepting = report.variants.filter(
      ({ acceptedDivergence }) => acceptedDivergence !== undefined,
    );
    expect(accepting.map(({ variant }) => variant.id)).toStrictEqual(['humanAccepts']);
    const steps = found('humanAccepts').acceptedDivergence ?? [];
    const yes = steps.indexOf('a human accepts the unfenced primary for run 1');
    expect(yes).toBeGreaterThan(0);
    expect(yes).toBeLessThan(steps.length - 1);
  });

  it('tells where a promotion can be reached', () => {
    expect(
      Object.fromEntries(report.variants.map(({ variant, promotion }) => [variant.id, promotion])),
    ).toStrictEqual({
      lockOnly: { dead: 'yes', gone: 'yes', partitioned: 'yes' },
      fenceGate: { dead: 'yes', gone: 'no', partitioned: 'no' },
      humanAccepts: { dead: 'yes', gone: 'after a yes', partitioned: 'after a yes' },
      lease: { dead: 'yes', gone: 'yes', partitioned: 'yes' },
    });
  });

  it('says of no property that it holds merely because it never came up', () => {
    const vacuous = report.variants.flatMap(({ variant, verdicts }) =>
      verdicts.flatMap(({ id, isVacuous }) => (isVacuous ? [`${variant.id} ${id}`] : [])),
    );
    expect(vacuous).toStrictEqual([]);
  });

  it('visits the same states each time', () => {
    const [first] = variants;
    if (first === undefined) throw new Error('There is no variant.');
    expect(searchVariant(first)).toStrictEqual(report.variants[0]);
  });
});

describe('a rule that is taken out', () => {
  it.each(brokenVariants)('$id is caught by $caughtBy', ({ id, caughtBy }) => {
    const one = report.broken.find(({ variant }) => variant.id === id);
    expect(one?.variant.caughtBy).toBe(caughtBy);
    expect(one?.counterexample?.length).toBeGreaterThan(5);
  });

  it.each([
    ['undoNotAwaited', 'the promotion of run 2 lands: the standby takes writes'],
    ['silenceConfirms', 'the promotion of run 1 lands: the standby takes writes'],
    ['dropLastLook', 'run 1 does not look again'],
    ['dropAssertHolder', 'the undo of run 1 lands: the primary is not fenced any more'],
    ['promoteBlindly', 'the promotion of run 1 lands: the standby takes writes'],
    ['unfenceAfterPromote', 'the undo of run 1 lands: the primary is not fenced any more'],
    ['redrivePromotesAgain', 'the promotion of run 1 lands: the standby takes writes'],
    ['promoteBeforeLeaseEnds', 'the promotion of run 1 lands: the standby takes writes'],
    ['claimForgetsPromotion', 'the promotion of run 1 lands: the standby takes writes'],
  ])('%s ends with: %s', (id, last) => {
    const one = report.broken.find(({ variant }) => variant.id === id);
    expect(one?.counterexample?.at(-1)).toBe(last);
  });

  it('promotes a second time after a stop and a redrive if the intent needs no lock', () => {
    const one = report.broken.find(({ variant }) => variant.id === 'redrivePromotesAgain');
    expect(one?.counterexample).toContain(
      'an operator stops run 1, whose lock is given back, and may redrive it',
    );
  });
});

describe('the report', () => {
  it('has a line for each variant, with its states, and labels what is not deployed', () => {
    const lines = protocolLines(report);
    const row = lines.find((line) => line.startsWith('lease '));
    expect(row).toMatch(/^lease +[\d,]+ +yes +yes +yes +yes +NO$/);
    expect(lines.join('\n')).not.toContain('NOT FOUND');
  });

  it('says aloud that a bug was not found', () => {
    const [first] = report.broken;
    if (first === undefined) throw new Error('There is no broken variant.');
    const missed = { ...first, counterexample: undefined };
    const lines = protocolLines({ variants: [], broken: [missed] });
    expect(lines).toContain(`  NOT FOUND by ${first.variant.caughtBy}.`);
  });
});
