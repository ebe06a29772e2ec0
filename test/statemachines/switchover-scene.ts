import type { Plan } from '../../aws/plan.ts';
import type { Execution } from '../../lab/asl/execution.ts';
import { pathOf } from '../../lab/asl/history.ts';
import type { Answer } from '../../lab/drill/approvals.ts';
import type { Template } from '../../lab/template.ts';
import type { VirtualStage } from '../../lab/virtual/run-event.ts';
import { move, settleFailover } from '../lab/virtual/move.ts';
import { play } from '../lab/virtual/scene.ts';
import type { Around } from './failing.ts';

/** A switchover, and what happens to it. */
export interface Story {
  readonly plan: Plan;
  readonly template: Template;
  /** After a failover the service goes home; else it leaves home. */
  readonly after: 'nothing' | 'failover' | 'unsettled failover';
  readonly action: 'move' | 'rebuild';
  /** Where it is to go, if it is not the other Region. */
  readonly to: string;
  readonly answer: Answer | undefined;
  readonly around: Around;
  readonly arrange: (stage: VirtualStage) => void | Promise<void>;
  /** Sees every state of the switchover as it is entered. */
  readonly onState: (name: string, execution: Execution, stage: VirtualStage) => void;
}

/** What came of it. */
export interface Moved {
  readonly executions: readonly Execution[];
  readonly path: readonly string[];
  readonly end: string;
  readonly cause: string;
  /** Promotions by the switchover. */
  readonly promotions: number;
  /** Where the service was, and where its name leads now. */
  readonly from: 'primary' | 'standby';
  readonly sideOfName: string | undefined;
  readonly isSourceFenced: boolean;
  readonly lock: Readonly<Record<string, unknown>> | undefined;
  readonly subjects: string;
  readonly problems: readonly string[];
}

/** Plays a switchover in virtual time, after a failover if the story says so. */
export async function playMove(
  story: Partial<Story> & Pick<Story, 'plan' | 'template'>,
): Promise<Moved> {
  const { plan, after = 'nothing', action = 'move' } = story;
  const { primary, standby } = plan.regions;
  const isHome = after === 'nothing';
  const from = isHome ? 'primary' : 'standby';
  const held: { moved?: Moved; isMoving?: boolean } = {};
  const go = async (stage: VirtualStage): Promise<void> => {
    if (after === 'failover') await settleFailover(stage);
    await story.arrange?.(stage);
    const before = stage.world.promotions;
    held.isMoving = true;
    const to = story.to ?? (isHome ? standby : primary);
    const answer = 'answer' in story ? story.answer : 'approve';
    const execution = await move(stage, to, { answer, action });
    held.moved = describe(stage, execution, from, before);
  };
  await play({
    plan,
    template: story.template,
    primary: isHome ? 'up' : 'down',
    answer: 'approve',
    around: async (call, run, stage) =>
      held.isMoving === true && story.around !== undefined
        ? await story.around(call, run, stage)
        : await run(),
    ...(isHome ? { begin: go } : { after: go }),
    onState: (name, _first, stage) => {
      const execution = stage.account.executions.at(-1);
      if (held.isMoving === true && execution !== undefined)
        story.onState?.(name, execution, stage);
    },
  });
  if (held.moved === undefined) throw new Error('Nothing was moved.');
  return held.moved;
}

function describe(
  { world, facts, account }: VirtualStage,
  execution: Execution,
  from: Moved['from'],
  promotionsBefore: number,
): Moved {
  const path = pathOf(execution.history);
  const last = execution.history.at(-1);
  const key = [...world.items.keys()].find((each) => each.endsWith('|LOCK'));
  return {
    executions: account.executions.filter(({ name }) => name.startsWith('switchover')),
    path,
    end: path.at(-1) ?? '',
    cause:
      last?.executionFailedEventDetails?.cause ??
      last?.executionSucceededEventDetails?.output ??
      '',
    promotions: world.promotions - promotionsBefore,
    from,
    sideOfName: world.routing.sideOf(world.plan.traffic[0]?.name ?? ''),
    isSourceFenced: from === 'primary' ? facts.primaryIsFenced : facts.standbyIsFenced,
    lock: key === undefined ? undefined : world.items.get(key),
    subjects: world.deliveries.map(({ subject }) => subject).join('\n'),
    problems: account.problems,
  };
}
