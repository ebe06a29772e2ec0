import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Played, Scene } from '../lab/virtual/scene.ts';
import { lockOf, play } from '../lab/virtual/scene.ts';
import { failingStates } from './failure-table.ts';
import type { Phase } from './failure-table.ts';
import type { Around } from './failing.ts';
import { failingIn, faults, unanswered } from './failing.ts';
import { steadyPlan } from './plans.ts';
import type { ReachedMachine } from './reached-machine.ts';
import { describeReached, expectEachTask, openMachine } from './reached-machine.ts';
import { scenarios } from './scenario-table.ts';

let bench: ReachedMachine;
beforeAll(async () => {
  bench = await openMachine('Failover');
});

async function watch(scene: Scene): Promise<Played> {
  const played = await play({ ...scene, template: bench.template });
  bench.reached.add(played.execution.history);
  return played;
}

/** Plays a scene in which the function of one state fails; `times` is how often. */
async function playWith(
  scene: Scene,
  state: string,
  fault: Around,
  times?: number,
): Promise<Played> {
  return await watch({ ...scene, around: failingIn(state, fault, times) });
}

/** What is as it was before: nothing promoted, nothing raised, nothing fenced, no traffic moved. */
function expectUntouched({ stage: { world, facts, account } }: Played): void {
  expect(world.promotions).toBe(0);
  const desired = [...world.fleets.values()].map(({ min, desired }) => ({ min, desired }));
  expect(desired).toStrictEqual([{ min: 1, desired: 1 }]);
  expect([...world.ingress.values()].map((rules) => rules.length)).toStrictEqual([1]);
  expect(facts.primaryIsFenced).toBe(false);
  expect([...world.objects.keys()].filter((key) => key.includes('marker'))).toStrictEqual([]);
  expect(account.problems).toStrictEqual([]);
}

function expectEndAnnounced({ run, stage: { account } }: Played): void {
  expect(account.problems).toStrictEqual([]);
  const subjects = run.notifications.map(({ subject }) => subject).join('\n');
  expect(subjects).toMatch(/FAILED|EXPIRED|RECOVERED/);
}

const checks: Readonly<Record<Phase, (played: Played) => void>> = {
  'nothing begun': (played) => {
    expectUntouched(played);
    expectEndAnnounced(played);
    expect(lockOf(played)?.['status']).not.toBe('open');
    expect(played.execution.status()).toBe('FAILED');
  },
  before: (played) => {
    expectUntouched(played);
    expectEndAnnounced(played);
    expect(played.path).toContain('StandDown');
    expect(lockOf(played)?.['status']).toBe('closed');
    expect(played.execution.status()).toBe('FAILED');
  },
  'goes on': (played) => {
    expect(played.stage.world.promotions).toBe(1);
    expect(lockOf(played)).toMatchObject({ status: 'closed', outcome: 'recovered' });
    expectEndAnnounced(played);
  },
  after: (played) => {
    expect(played.path).not.toContain('StandDown');
    expect(played.execution.status()).toBe('FAILED');
    expect(played.cause).toMatch(/How far it got: /);
    expect(lockOf(played)).toMatchObject({ status: 'closed', outcome: 'failed' });
    expectEndAnnounced(played);
  },
  undoing: (played) => {
    expect(played.stage.world.promotions).toBe(0);
    expect(played.execution.status()).toBe('FAILED');
    expect(played.cause).toMatch(/Standing down failed/);
    expect(lockOf(played)?.['status']).toBe('closed');
    expectEndAnnounced(played);
  },
  closing: (played) => {
    expect(played.execution.status()).toBe('FAILED');
    expect(played.cause).toMatch(/could not be closed; look at the states before/);
    expect(lockOf(played)).toMatchObject({ status: 'closed', outcome: 'failed' });
    expectEndAnnounced(played);
  },
};

describe('a failover', () => {
  it.each(scenarios)('$name', async ({ scene, end, promotions, by = [], notBy = [] }) => {
    const played = await watch(await scene());
    expect(played.end).toBe(end);
    expect(played.stage.world.promotions).toBe(promotions);
    for (const state of by) expect(played.path).toContain(state);
    for (const state of notBy) expect(played.path).not.toContain(state);
    expect(played.run.notifications).not.toStrictEqual([]);
    expect(lockOf(played)?.['status']).not.toBe('open');
    if (promotions === 0) expectUntouched(played);
    else expect(played.path).not.toContain('StandDown');
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
  it.each(rows)('$state $name ($phase): ends in $end', async ({ scene, state, fault, ...row }) => {
    const played = await playWith(await scene(), state, fault);
    expect(played.path).toContain(state);
    expect(played.end).toBe(row.end);
    checks[row.phase](played);
  });
});

describe('a state whose function does its work and loses its answer', () => {
  // A question that is asked again is another question; test/functions asks it twice.
  const rows = failingStates.filter(({ state }) => !state.startsWith('Request'));
  it.each(rows)('$state: ends as if nothing had happened', async ({ scene, state, usually }) => {
    const { end, promotions } = usually;
    const played = await playWith(await scene(), state, unanswered, 1);
    expect(played.end).toBe(end);
    expect(played.stage.world.promotions).toBe(promotions);
    expect(lockOf(played)?.['status']).not.toBe('open');
  });
});

describe('a run that is stopped', () => {
  const stopAt = async (state: string): Promise<Played> =>
    await watch({
      plan: await steadyPlan(),
      onState: (name, execution) => {
        if (name === state) execution.stop('Stopped', 'by the test');
      },
    });
  it.each(['OpenIncident', 'ConfirmOutage', 'FencePrimary', 'PromoteDatabase', 'SwitchRoute'])(
    'in %s is announced by the status rule, with who stopped it and why',
    async (state) => {
      const played = await stopAt(state);
      expect(played.execution.status()).toBe('ABORTED');
      const told = played.run.notifications.find(({ subject }) => subject.includes('ABORTED'));
      expect(told?.body).toContain('Error: Stopped\nCause: by the test');
      expect(lockOf(played)?.['status']).not.toBe('open');
      expect(played.stage.account.problems).toStrictEqual([]);
    },
  );
});

describeReached(() => bench);
