import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Around } from './failing.ts';
import { failingIn, faults, unanswered } from './failing.ts';
import { steadyPlan } from './plans.ts';
import type { ReachedMachine } from './reached-machine.ts';
import { describeReached, expectEachTask, openMachine } from './reached-machine.ts';
import type { Moved, Story } from './switchover-scene.ts';
import { playMove } from './switchover-scene.ts';
import { stories } from './switchover-stories.ts';
import { failingStates } from './switchover-table.ts';
import type { Phase } from './switchover-table.ts';

let bench: ReachedMachine;
beforeAll(async () => {
  bench = await openMachine('Switchover');
});

async function watch(story: Partial<Story>): Promise<Moved> {
  const moved = await playMove({ plan: await steadyPlan(), template: bench.template, ...story });
  for (const { history } of moved.executions) bench.reached.add(history);
  return moved;
}

/** Plays a story in which the function of one state fails; `times` is how often. */
async function playWith(
  story: Partial<Story>,
  state: string,
  fault: Around,
  times?: number,
): Promise<Moved> {
  return await watch({ ...story, around: failingIn(state, fault, times) });
}

/** The service is where it was: nothing promoted, nothing fenced, no traffic moved. */
function expectUnmoved(moved: Moved): void {
  expect(moved.promotions).toBe(0);
  expect(moved.isSourceFenced).toBe(false);
  expect(moved.sideOfName).toBe(moved.from);
  expect(moved.lock?.['status']).not.toBe('open');
  expect(moved.problems).toStrictEqual([]);
}

const checks: Readonly<Record<Phase, (moved: Moved) => void>> = {
  'nothing begun': expectUnmoved,
  before: (moved) => {
    expectUnmoved(moved);
    expect(moved.path).toContain('StandDown');
    expect(moved.subjects).toMatch(/FAILED|EXPIRED/);
  },
  after: (moved) => {
    expect(moved.path).not.toContain('CloseUnmoved');
    expect(moved.cause).toMatch(/How far it got: /);
    expect(moved.lock).toMatchObject({ status: 'closed', outcome: 'failed' });
    expect(moved.subjects).toMatch(/FAILED/);
  },
  undoing: (moved) => {
    expect(moved.promotions).toBe(0);
    expect(moved.lock?.['status']).toBe('closed');
  },
  closing: (moved) => {
    expect(moved.cause).toMatch(/could not be closed; look at the states before/);
    expect(moved.lock).toMatchObject({ status: 'closed', outcome: 'failed' });
    expect(moved.subjects).toMatch(/Workflow FAILED/);
  },
};

describe('a switchover', () => {
  it.each(stories)('$name', async ({ story, end, by = [], notBy = [], cause = '', isMoved }) => {
    const moved = await watch(await story());
    expect(moved.end).toBe(end);
    for (const state of by) expect(moved.path).toContain(state);
    for (const state of notBy) expect(moved.path).not.toContain(state);
    expect(moved.cause).toContain(cause);
    if (!isMoved) expectUnmoved(moved);
    else {
      expect(moved.sideOfName).not.toBe(moved.from);
      expect([moved.promotions, moved.isSourceFenced]).toStrictEqual([1, true]);
      expect(moved.problems).toStrictEqual([]);
    }
  });
});

describe('a state that fails for good', () => {
  it('is in the table, each Task state of the definition exactly once', () => {
    expectEachTask(bench, failingStates);
  });

  const rows = failingStates.flatMap((row) =>
    Object.entries(faults).map(([name, fault]) => {
      const special: Readonly<Record<string, string | undefined>> = {
        hangs: row.endOnTimeout,
        'is refused by a guard': row.endOnRefusal,
      };
      return { ...row, name, fault, end: special[name] ?? row.end };
    }),
  );
  it.each(rows)('$state $name ($phase): ends in $end', async ({ story, state, fault, ...row }) => {
    const moved = await playWith(story, state, fault);
    expect(moved.path).toContain(state);
    expect(moved.end).toBe(row.end);
    checks[row.phase](moved);
  });
});

describe('a state whose function does its work and loses its answer', () => {
  // A question that is asked again is another question; test/functions asks it twice.
  const rows = failingStates.filter(({ state }) => !state.startsWith('Request'));
  it.each(rows)('$state: ends as if nothing had happened', async ({ story, state, usually }) => {
    const moved = await playWith(story, state, unanswered, 1);
    expect(moved.end).toBe(usually);
    expect(moved.lock?.['status']).not.toBe('open');
  });
});

describe('a promotion that was asked for and does not come about', () => {
  it('is not undone: writes stay held, and people are told how far it got', async () => {
    const plan = await steadyPlan();
    // RDS takes five minutes.
    const databases = plan.databases.map((each) => ({ ...each, promotionDeadlineSeconds: 60 }));
    const moved = await watch({ plan: { ...plan, databases } });
    expect([moved.end, moved.isSourceFenced]).toStrictEqual(['SwitchoverFailed', true]);
    expect(moved.cause).toContain('did not become a writer in time');
    expect(moved.subjects).toMatch(/FAILED/);
  });
});

describeReached(() => bench);
