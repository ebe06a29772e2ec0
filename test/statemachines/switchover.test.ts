import { beforeAll, describe, expect, it } from '@jest/globals';
import { allStates } from '../../lab/asl/definition.ts';
import type { StateMachine } from '../../lab/asl/definition.ts';
import { Reached } from '../../lab/asl/reached.ts';
import { stackOf } from '../../lab/stack-of.ts';
import { packTemplate } from '../../lab/template.ts';
import type { Template } from '../../lab/template.ts';
import { drillPlanFile, failure } from '../lab/virtual/scene.ts';
import { steadyPlan } from './plans.ts';
import type { Around, Moved, Story } from './switchover-scene.ts';
import { playMove } from './switchover-scene.ts';
import { stories } from './switchover-stories.ts';
import { failingStates } from './switchover-table.ts';
import type { Phase } from './switchover-table.ts';

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

let template: Template;
let machine: StateMachine;
let reached: Reached;
beforeAll(async () => {
  template = await packTemplate(drillPlanFile);
  const machines = [...stackOf(template, 'eu-central-1').machines.values()];
  const found = machines.find(({ id }) => id === 'Switchover');
  if (found === undefined) throw new Error('There is no state machine Switchover.');
  machine = found.definition;
  reached = new Reached(machine);
});

async function watch(story: Partial<Story>): Promise<Moved> {
  const moved = await playMove({ plan: await steadyPlan(), template, ...story });
  for (const { history } of moved.executions) reached.add(history);
  return moved;
}

/** Plays a story in which the function of one state fails; `times` is how often. */
async function playWith(
  story: Partial<Story>,
  state: string,
  fault: Around,
  times = Number.POSITIVE_INFINITY,
): Promise<Moved> {
  let left = times;
  return await watch({
    ...story,
    around: async (call, run, stage) => {
      if (call.stateName !== state || left <= 0) return await run();
      left -= 1;
      return await fault(call, run, stage);
    },
  });
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
    const tasks = allStates(machine)
      .filter(({ Type }) => Type === 'Task')
      .map(({ name }) => name);
    expect(failingStates.map(({ state }) => state).toSorted()).toStrictEqual(tasks.toSorted());
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

describe('the runs of this file', () => {
  it('come by every state, and so by every end', () => {
    expect(reached.missingStates()).toStrictEqual([]);
  });

  it('meet every entry of every Retry and Catch', () => {
    expect(reached.missingEntries()).toStrictEqual([]);
  });
});
