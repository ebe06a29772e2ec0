import type { Plan } from '../../aws/plan.ts';
import type { Answer } from '../../lab/drill/approvals.ts';
import type { VirtualStage } from '../../lab/virtual/run-event.ts';
import { reconcile } from '../lab/virtual/move.ts';
import type { Scene } from '../lab/virtual/scene.ts';

/** Runs after which an old primary is back, and what it holds is accounted for. */
export function returnScenes(plan: Plan): Scene[] {
  return [
    { plan: startingItself(plan), answer: 'approve', after: watchForMinutes },
    {
      plan,
      answer: 'approve',
      after: async (stage) => {
        await accountFor(stage, 'approve');
      },
    },
    {
      plan,
      answer: 'approve',
      after: async (stage) => {
        await accountFor(stage, undefined);
      },
    },
  ];
}

const startingItself = (plan: Plan): Plan =>
  plan.reconciliation === undefined
    ? plan
    : { ...plan, reconciliation: { ...plan.reconciliation, start: 'automatic' } };

/** The watch fences it, keeps it, and starts the rest. */
async function watchForMinutes({ world, facts, account, clock }: VirtualStage): Promise<void> {
  world.unreachable.clear();
  facts.primaryIsUp = true;
  for (let minute = 0; minute < 4; minute += 1) {
    await account.tick();
    await clock.sleep(60_000);
  }
}

/** Somebody starts it; a plan that leaves it to the commands has it declined. */
async function accountFor(stage: VirtualStage, answer: Answer | undefined): Promise<void> {
  const { world, facts } = stage;
  world.unreachable.clear();
  facts.primaryIsUp = true;
  for (const write of [1, 2, 3]) facts.lost.add(write);
  // Where nobody answers, the fallback tells.
  world.ses.sendingEnabled = answer !== undefined;
  await reconcile(stage, answer);
}
