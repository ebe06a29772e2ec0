import type { Plan } from '../../aws/plan.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { RECONCILED } from '../../aws/switchover/standing.ts';
import type { Execution } from '../../lab/asl/execution.ts';
import { pathOf } from '../../lab/asl/history.ts';
import type { Answer } from '../../lab/drill/approvals.ts';
import type { Template } from '../../lab/template.ts';
import type { VirtualStage } from '../../lab/virtual/run-event.ts';
import { reconcile } from '../lab/virtual/move.ts';
import { play } from '../lab/virtual/scene.ts';
import type { Around } from './failing.ts';

/** A reconciliation after a failover, and what happens to it. */
export interface Story {
  readonly plan: Plan;
  readonly template: Template;
  /** What else the plan's section says. */
  readonly section: Partial<NonNullable<Plan['reconciliation']>>;
  /** The plan has a second database, `users`. */
  readonly users: boolean;
  /** Writes of the old primary that never crossed. */
  readonly lost: readonly number[];
  readonly answer: Answer | undefined;
  readonly around: Around;
  readonly arrange: (stage: VirtualStage) => void | Promise<void>;
  /** Sees every state of the reconciliation as it is entered. */
  readonly onState: (name: string, stage: VirtualStage) => void;
}

/** What came of it. */
export interface Ended {
  readonly execution: Execution;
  readonly path: readonly string[];
  readonly end: string;
  readonly cause: string;
  /** Writes that the writer was given, in order. */
  readonly given: readonly number[];
  readonly isPrimaryFenced: boolean;
  readonly isAccountClosed: boolean;
  readonly lock: Readonly<Record<string, unknown>> | undefined;
  readonly subjects: string;
  /** All that was sent. */
  readonly told: string;
  readonly problems: readonly string[];
}

/** Plays a failover in virtual time; the old primary comes back, and somebody asks for the rest. */
export async function playReconciliation(
  story: Partial<Story> & Pick<Story, 'plan' | 'template'>,
): Promise<Ended> {
  const held: { ended?: Ended; isBegun?: boolean } = {};
  const go = async (stage: VirtualStage): Promise<void> => {
    stage.world.unreachable.clear();
    stage.facts.primaryIsUp = true;
    for (const write of story.lost ?? [1, 2, 3]) stage.facts.lost.add(write);
    await story.arrange?.(stage);
    held.isBegun = true;
    const execution = await reconcile(stage, 'answer' in story ? story.answer : 'approve');
    held.ended = await describe(stage, execution);
  };
  await play({
    plan: withSection(story.users === true ? withUsers(story.plan) : story.plan, story.section),
    template: story.template,
    answer: 'approve',
    around: async (call, run, stage) =>
      held.isBegun === true && story.around !== undefined
        ? await story.around(call, run, stage)
        : await run(),
    after: go,
    onState: (name, _first, stage) => {
      if (held.isBegun === true) story.onState?.(name, stage);
    },
  });
  if (held.ended === undefined) throw new Error('Nothing was reconciled.');
  return held.ended;
}

function withSection(plan: Plan, section: Story['section'] = {}): Plan {
  const { reconciliation } = plan;
  return reconciliation === undefined
    ? plan
    : { ...plan, reconciliation: { ...reconciliation, ...section } };
}

function withUsers(plan: Plan): Plan {
  const both = <T extends { readonly id: string }>(databases: readonly T[]): T[] =>
    databases.flatMap((each) => [each, { ...each, id: 'users' }]);
  const { failback } = plan;
  return {
    ...plan,
    databases: both(plan.databases),
    ...(failback && { failback: { ...failback, databases: both(failback.databases) } }),
  };
}

async function describe(stage: VirtualStage, execution: Execution): Promise<Ended> {
  const { world, facts, account } = stage;
  const path = pathOf(execution.history);
  const last = execution.history.at(-1);
  const key = [...world.items.keys()].find((each) => each.endsWith('|LOCK'));
  const lock = key === undefined ? undefined : world.items.get(key);
  const store = createIncidentStore(account.runtime);
  const failover = (await store.readLock(world.plan.name))?.promotedBy;
  const mark =
    failover === undefined ? undefined : await store.readSnapshot({ id: failover }, RECONCILED);
  return {
    execution,
    path,
    end: path.at(-1) ?? '',
    cause:
      last?.executionFailedEventDetails?.cause ??
      last?.executionSucceededEventDetails?.output ??
      '',
    given: [...facts.given],
    isPrimaryFenced: facts.primaryIsFenced,
    isAccountClosed: mark !== undefined,
    lock,
    subjects: world.deliveries.map(({ subject }) => subject).join('\n'),
    told: JSON.stringify(world.deliveries),
    problems: account.problems,
  };
}
