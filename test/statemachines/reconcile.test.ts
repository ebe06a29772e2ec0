import { beforeAll, describe, expect, it } from '@jest/globals';
import { failure } from '../lab/virtual/scene.ts';
import type { Around } from './failing.ts';
import { failingIn, faults, unanswered } from './failing.ts';
import { steadyPlan } from './plans.ts';
import type { ReachedMachine } from './reached-machine.ts';
import { describeReached, expectEachTask, openMachine } from './reached-machine.ts';
import type { Ended, Story } from './reconcile-scene.ts';
import { playReconciliation } from './reconcile-scene.ts';
import { stories } from './reconcile-stories.ts';

/** A Task state, where the run ends if it fails for good, and whether rows are applied then. */
interface FailingState {
  readonly state: string;
  readonly end: string;
  readonly isApplied?: boolean;
  /** Where a timeout leads elsewhere: the time to decide goes by. */
  readonly endOnTimeout?: string;
}

const failed = 'ReconciliationFailed';
const failingStates: readonly FailingState[] = [
  { state: 'OpenReconciliation', end: 'ReconciliationNotOpened' },
  { state: 'FenceOldPrimary', end: failed },
  { state: 'PreserveEvidence', end: failed },
  { state: 'CompareDatabase', end: failed },
  { state: 'AssessDivergence', end: failed },
  { state: 'JudgeApproval', end: failed },
  { state: 'RequestApproval', end: failed, endOnTimeout: 'Expired' },
  { state: 'ApplyWrites', end: failed },
  { state: 'CompareDatabaseAgain', end: failed, isApplied: true },
  { state: 'CloseReconciliation', end: 'ReconciliationNotClosed', isApplied: true },
];

let bench: ReachedMachine;
beforeAll(async () => {
  bench = await openMachine('Reconcile');
});

async function watch(story: Partial<Story>): Promise<Ended> {
  const ended = await playReconciliation({
    plan: await steadyPlan(),
    template: bench.template,
    ...story,
  });
  bench.reached.add(ended.execution.history);
  return ended;
}

/** Plays a story in which the function of one state fails; `times` is how often. */
async function playWith(state: string, fault: Around, times?: number): Promise<Ended> {
  return await watch({ around: failingIn(state, fault, times) });
}

describe('a reconciliation', () => {
  it.each(stories)('$name', async ({ story, end, by = [], notBy = [], ...told }) => {
    const ended = await watch(story);
    expect(ended.end).toBe(end);
    for (const state of by) expect(ended.path).toContain(state);
    for (const state of notBy) expect(ended.path).not.toContain(state);
    expect(`${ended.cause}\n${ended.told}`).toContain(told.cause ?? '');
    expect(ended.given).toStrictEqual(told.given ?? story.lost ?? [1, 2, 3]);
    expect(ended.isAccountClosed).toBe(told.isAccountClosed);
    expect(ended.lock?.['status']).toBe('closed');
    expect(ended.problems).toStrictEqual([]);
  });

  it('is declined, and says so, if the plan leaves it to the commands', async () => {
    const ended = await watch({ plan: await steadyPlan({ reconciliation: undefined }) });
    expect(ended).toMatchObject({ end: 'Declined', given: [], isAccountClosed: false });
    expect(ended.cause).toContain('failover compare');
  });
});

describe('a state that fails for good', () => {
  it('is in the table, each Task state of the definition exactly once', () => {
    expectEachTask(bench, failingStates);
  });

  const rows = failingStates.flatMap((row) =>
    Object.entries(faults).map(([name, fault]) => {
      const end = name === 'hangs' ? (row.endOnTimeout ?? row.end) : row.end;
      return { ...row, name, fault, end };
    }),
  );
  it.each(rows)('$state $name: ends in $end', async ({ state, fault, end, isApplied = false }) => {
    const ended = await playWith(state, fault);
    expect(ended.end).toBe(end);
    expect(ended.given).toStrictEqual(isApplied ? [1, 2, 3] : []);
    expect(ended.isAccountClosed).toBe(false);
    expect(ended.lock).toMatchObject({ status: 'closed' });
    expect(ended.subjects).toMatch(/FAILED|EXPIRED/);
  });
});

describe('a function that is too slow, or too large', () => {
  // Each attempt reads the production writer from its beginning.
  const rows = ['CompareDatabase', 'ApplyWrites', 'CompareDatabaseAgain'].flatMap((state) =>
    ['Sandbox.Timedout', 'Runtime.OutOfMemory', 'Lambda.Unknown'].map((name) => ({ state, name })),
  );
  it.each(rows)('$state: is tried once more after $name', async ({ state, name }) => {
    let attempts = 0;
    const ended = await playWith(state, () => {
      attempts += 1;
      return Promise.reject(failure(name));
    });
    expect([ended.end, attempts]).toEqual([failed, 2]);
  });
});

describe('a state whose function does its work and loses its answer', () => {
  // A question that is asked again is another question; test/functions asks it twice.
  const rows = failingStates.filter(({ state }) => !state.startsWith('Request'));
  it.each(rows)('$state: ends as if nothing had happened', async ({ state }) => {
    const ended = await playWith(state, unanswered, 1);
    expect(ended.end).toBe('Reconciled');
    expect(ended.given).toStrictEqual([1, 2, 3]);
    expect(ended.isAccountClosed).toBe(true);
  });
});

describeReached(() => bench);
