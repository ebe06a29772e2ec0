import { join } from 'node:path';
import { loadPlans } from '../../../aws/plan-file.ts';
import type { Plan } from '../../../aws/plan.ts';
import type { Json } from '../../../core/json.ts';
import type { CallOfFunction } from '../../../lab/account.ts';
import type { Execution } from '../../../lab/asl/execution.ts';
import { pathOf } from '../../../lab/asl/history.ts';
import type { InvokeCall } from '../../../lab/asl/thread.ts';
import { mainExecution } from '../../../lab/outcome.ts';
import { packTemplate } from '../../../lab/template.ts';
import { runEvent } from '../../../lab/virtual/run-event.ts';
import type { EventRun, EventRunOptions, VirtualStage } from '../../../lab/virtual/run-event.ts';

const root = join(import.meta.dirname, '..', '..', '..');

export const drillPlanFile = join(root, 'lab', 'plans', 'drill.yaml');
export const shopPlanFile = join(root, 'plans', 'shop.yaml');

/** The only plan of a file. */
export async function planOf(file: string): Promise<Plan> {
  const [plan] = await loadPlans(file);
  if (plan === undefined) throw new Error(`${file} holds no plan.`);
  return plan;
}

const AT = '2026-10-02T17:04:40.000Z';

/** An alarm's event as CloudWatch sends it; the outage began two seconds before. */
export function alarmEvent(plan: Plan, changes: Readonly<Record<string, Json>> = {}): Json {
  const [arn = ''] = plan.detection.alarms;
  return {
    version: '0',
    id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: '111122223333',
    time: AT,
    region: plan.regions.standby,
    resources: [arn],
    detail: {
      alarmName: arn.split(':').at(-1) ?? '',
      configuration: { metrics: [] },
      previousState: { value: 'OK', reason: '', timestamp: '2026-10-02T16:56:40.987+0000' },
      state: {
        value: 'ALARM',
        reason: 'Threshold Crossed',
        reasonData: JSON.stringify({ startDate: '2026-10-02T17:04:38.000+0000', period: 1 }),
        timestamp: AT,
        ...changes,
      },
    },
  };
}

/** What happens, and to whom. Everything has a default: a Region that dies, a plan that acts. */
export interface Scene extends Partial<Omit<EventRunOptions, 'plan' | 'observers'>> {
  readonly plan: Plan;
  /** Runs around every function that a state calls. */
  readonly around?: (
    call: InvokeCall,
    run: () => Promise<unknown>,
    stage: VirtualStage,
  ) => Promise<unknown>;
  /** Sees every state as it is entered. */
  readonly onState?: (name: string, execution: Execution, stage: VirtualStage) => void;
}

/** What came of it. */
export interface Played {
  readonly run: EventRun;
  readonly stage: VirtualStage;
  readonly execution: Execution;
  readonly calls: readonly CallOfFunction[];
  /** Names of the states, in the order in which they were entered. */
  readonly path: readonly string[];
  readonly end: string;
  /** What the execution gives as its cause, where it failed. */
  readonly cause: string;
}

/** Plays a scene with the workflow as it is packed, in virtual time. */
export async function play(scene: Scene): Promise<Played> {
  const held: { stage?: VirtualStage; execution?: Execution } = {};
  const stage = (): VirtualStage => {
    if (held.stage === undefined) throw new Error('The stage is not set.');
    return held.stage;
  };
  const calls: CallOfFunction[] = [];
  const run = await runEvent({
    event: alarmEvent(scene.plan),
    primary: 'down',
    answer: undefined,
    template: scene.template ?? (await packTemplate(drillPlanFile)),
    ...scene,
    arrange: (set) => {
      held.stage = set;
      scene.arrange?.(set);
    },
    observers: {
      onCall: (call) => calls.push(call),
      onExecution: (execution) => (held.execution ??= execution),
      onEvent: ({ stateEnteredEventDetails: entered }) => {
        if (entered === undefined || held.execution === undefined) return;
        scene.onState?.(entered.name, held.execution, stage());
      },
      aroundInvoke: async (call, go) =>
        await (scene.around === undefined ? go() : scene.around(call, go, stage())),
    },
  });
  const execution = mainExecution(stage().account.executions);
  if (execution === undefined) throw new Error('No rule matched the event.');
  const path = pathOf(execution.history);
  const last = execution.history.at(-1);
  const cause = last?.executionFailedEventDetails?.cause ?? '';
  return { run, stage: stage(), execution, calls, path, end: path.at(-1) ?? '', cause };
}

/** The plan's lock as the table holds it. */
export function lockOf({
  stage: { world },
}: Played): Readonly<Record<string, unknown>> | undefined {
  const key = [...world.items.keys()].find((each) => each.endsWith('|LOCK'));
  return key === undefined ? undefined : world.items.get(key);
}

/** An error as a function throws it: its name is what Retry and Catch match. */
export function failure(name: string, message = `${name} of the test`): Error {
  return Object.assign(new Error(message), { name });
}
