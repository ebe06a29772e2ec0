import { beforeAll, describe, expect, it } from '@jest/globals';
import { allStates } from '../../lab/asl/definition.ts';
import type { StateMachine } from '../../lab/asl/definition.ts';
import { Reached } from '../../lab/asl/reached.ts';
import { stackOf } from '../../lab/stack-of.ts';
import { packTemplate } from '../../lab/template.ts';
import type { Template } from '../../lab/template.ts';
import { drillPlanFile, failure } from '../lab/virtual/scene.ts';
import { steadyPlan } from './plans.ts';
import type { Around, Ended, Story } from './reconcile-scene.ts';
import { playReconciliation } from './reconcile-scene.ts';
import { stories } from './reconcile-stories.ts';

const faults: Readonly<Record<string, Around>> = {
  'cannot reach AWS': () => Promise.reject(failure('UnreachableError')),
  'is refused by a guard': () => Promise.reject(failure('NotReadyError')),
  hangs: async (_call, _run, { clock }) => {
    await clock.sleep(12 * 3600 * 1000);
  },
};

const unanswered: Around = async (_call, run) => {
  await run();
  throw failure('Sandbox.Timedout', 'The answer was lost.');
};

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

let template: Template;
let machine: StateMachine;
let reached: Reached;
beforeAll(async () => {
  template = await packTemplate(drillPlanFile);
  const machines = [...stackOf(template, 'eu-central-1').machines.values()];
  const found = machines.find(({ id }) => id === 'Reconcile');
  if (found === undefined) throw new Error('There is no state machine Reconcile.');
  machine = found.definition;
  reached = new Reached(machine);
});

async function watch(story: Partial<Story>): Promise<Ended> {
  const ended = await playReconciliation({ plan: await steadyPlan(), template, ...story });
  reached.add(ended.execution.history);
  return ended;
}

/** Plays a story in which the function of one state fails; `times` is how often. */
async function playWith(
  state: string,
  fault: Around,
  times = Number.POSITIVE_INFINITY,
): Promise<Ended> {
  let left = times;
  return await watch({
    around: async (call, run, stage) => {
      if (call.stateName !== state || left <= 0) return await run();
      left -= 1;
      return await fault(call, run, stage);
    },
  });
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
    const tasks = allStates(machine)
      .filter(({ Type }) => Type === 'Task')
      .map(({ name }) => name);
    expect(failingStates.map(({ state }) => state).toSorted()).toStrictEqual(tasks.toSorted());
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

describe('the runs of this file', () => {
  it('come by every state, and so by every end', () => {
    expect(reached.missingStates()).toStrictEqual([]);
  });

  it('meet every entry of every Retry and Catch', () => {
    expect(reached.missingEntries()).toStrictEqual([]);
  });
});
