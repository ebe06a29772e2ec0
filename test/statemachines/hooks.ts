import { handOver } from '../../aws/approvals/late-clicks.ts';
import { votersOf } from '../../lab/drill/answers.ts';
import type { VirtualStage } from '../../lab/virtual/run-event.ts';
import { alarmEvent } from '../lab/virtual/scene.ts';
import type { Scene } from '../lab/virtual/scene.ts';
import type { Plan } from '../../aws/plan.ts';
import { approvalPlan, steadyPlan, unfencedPlan } from './plans.ts';

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

/** The plan that needs all four kinds of probes that can tell: without the alarm's, nobody can. */
export function sensitivePlan(plan: Plan): Plan {
  const { detection } = plan;
  return { ...plan, detection: { ...detection, confirm: { ...detection.confirm, signals: 4 } } };
}

/** One of four kinds of probes stops saying down. */
export const alarmEnds = ({ world }: VirtualStage): void => {
  for (const alarm of world.alarms.values()) alarm.state = 'OK';
};

/** Something happens while people are asked whether an unfenced primary is accepted. */
export async function unfencedWhile(
  answer: Scene['answer'],
  action: (stage: VirtualStage) => void,
): Promise<Scene> {
  return {
    plan: sensitivePlan(await unfencedPlan('ask')),
    answer,
    onState: when('RequestUnfencedApproval', action),
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

/** A click of each voter in Slack that the front door had no time to count. */
export const clickTooLate: NonNullable<Scene['answerOver']> = async (question, answer) => {
  const { account, request } = question;
  const decision = answer === 'approve' ? 'approved' : 'rejected';
  const press = {
    incidentId: request.incidentId,
    decision,
    digest: request.evidenceDigest,
  } as const;
  for (const { slack = '' } of votersOf(question, answer)) {
    const click = { userId: slack, responseUrl: undefined, press };
    const signedPlans = [request.plan];
    await handOver(account.runtime, { click, signedPlans, address: null, agent: null });
  }
};
