import type { VirtualStage } from '../../lab/virtual/run-event.ts';
import { alarmEvent } from '../lab/virtual/scene.ts';
import type { Scene } from '../lab/virtual/scene.ts';
import { approvalPlan, steadyPlan } from './plans.ts';

const switchName = '/region-failover-dev/switch/orders';

export type OnState = NonNullable<Scene['onState']>;

/** Does something to the world when a state is entered for the first time. */
export function when(state: string, action: (stage: VirtualStage) => void): OnState {
  let isDone = false;
  return (name, _execution, stage) => {
    if (name !== state || isDone) return;
    isDone = true;
    action(stage);
  };
}

/** Does something to the world when a state is entered for the nth time. */
export function from(nth: number, state: string, action: (stage: VirtualStage) => void): OnState {
  let entered = 0;
  return (name, _execution, stage) => {
    if (name !== state) return;
    entered += 1;
    if (entered === nth) action(stage);
  };
}

export const both =
  (...hooks: readonly OnState[]): OnState =>
  (...args) => {
    for (const hook of hooks) hook(...args);
  };

export const unknownLoss: NonNullable<Scene['arrange']> = ({ world }) => {
  world.metrics.clear();
};

/** Two kinds of probes say down where the plan wants three. */
export async function undecided(answer: Scene['answer']): Promise<Scene> {
  const plan = await steadyPlan();
  const { detection } = plan;
  const confirm = { ...detection.confirm, signals: 3 };
  return {
    plan: { ...plan, detection: { ...detection, confirm } },
    answer,
    arrange: ({ world }) => {
      world.metrics.clear();
      for (const alarm of world.alarms.values()) alarm.state = 'OK';
    },
  };
}

export async function declined(changes: Parameters<typeof alarmEvent>[1]): Promise<Scene> {
  const plan = await steadyPlan();
  return { plan, event: alarmEvent(plan, changes) };
}

/** The first function hangs three times, for a minute each. */
export async function staleAlarm(): Promise<Scene> {
  const plan = await steadyPlan();
  let hangs = 3;
  return {
    plan: { ...plan, detection: { ...plan.detection, staleAfterSeconds: 60 } },
    around: async (_call, run, { clock }) => {
      hangs -= 1;
      if (hangs < 0) return await run();
      await clock.sleep(90_000);
      return null;
    },
  };
}

export const primaryReturns = (state: string) => async (): Promise<Scene> => ({
  plan: await approvalPlan(),
  answer: 'approve',
  onState: when(state, ({ facts }) => (facts.primaryIsUp = true)),
});

export const paused = (state: string) => async (): Promise<Scene> => ({
  plan: await steadyPlan(),
  onState: when(state, ({ world }) => world.parameters.set(switchName, 'paused')),
});

/** After each of the first `times` approvals the newest lag turns out worse than it was. */
export const lossGrows = (times: number) => async (): Promise<Scene> => {
  let left = times;
  return {
    plan: await approvalPlan(),
    answer: 'approve',
    onState: (name, _execution, { world }) => {
      if (name !== 'ReobserveOutage' || left === 0) return;
      left -= 1;
      for (const points of world.metrics.values()) {
        for (const [index, point] of points.entries()) {
          points[index] = { ...point, value: point.value + 1 };
        }
      }
    },
  };
};
