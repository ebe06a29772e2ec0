import { acknowledgePromotion } from '../../../aws/acknowledge.ts';
import type { Json } from '../../../core/json.ts';
import { createIncidentStore } from '../../../aws/incident-store.ts';
import { RECONCILED } from '../../../aws/switchover/standing.ts';
import type { Execution } from '../../../lab/asl/execution.ts';
import { answerOnPage, linkInMail } from '../../../lab/drill/answers.ts';
import type { Answer, Ask } from '../../../lab/drill/approvals.ts';
import { watchQuestions } from '../../../lab/drill/approvals.ts';
import { visitFunction } from '../../../lab/front-door/visit.ts';
import type { VirtualStage } from '../../../lab/virtual/run-event.ts';

/** Moves the service to a Region, as an operator starts it; resolves when the run has ended. */
export async function move(
  stage: VirtualStage,
  to: string,
  { answer, action = 'move' }: { answer?: Answer | undefined; action?: 'move' | 'rebuild' },
): Promise<Execution> {
  const request = { plan: stage.world.plan.name, action, to, by: 'olga', reason: 'a test' };
  return await runMachine(stage, 'Switchover', request, answer);
}

/** What never crossed is accounted for, as an operator starts it; resolves when the run has ended. */
export async function reconcile(stage: VirtualStage, answer?: Answer): Promise<Execution> {
  const request = { plan: stage.world.plan.name, by: 'olga', reason: 'a test' };
  return await runMachine(stage, 'Reconcile', request, answer);
}

async function runMachine(
  { world, account, clock }: VirtualStage,
  machine: string,
  request: Json,
  answer: Answer | undefined,
): Promise<Execution> {
  const watching = new AbortController();
  const ask: Ask = async (question) => {
    await clock.sleep(30_000);
    if (answer !== undefined) await answerOnPage(question, answer, linkInMail);
  };
  const where = { world, account, visit: visitFunction(account, clock) };
  const questions = watchQuestions(where, clock, ask, watching.signal);
  const name = `${machine.toLowerCase()}-${account.executions.length}`;
  world.startExecution(account.machineArn(machine), request, name);
  const execution = account.executions.find((each) => each.name === name);
  if (execution === undefined) throw new Error('Nothing was started.');
  await execution.done;
  await clock.sleep(1000);
  watching.abort();
  await questions;
  return execution;
}

/** After a failover: the old primary is back and fenced, and what it held is accounted for. */
export async function settleFailover({ world, facts, account, clock }: VirtualStage) {
  world.unreachable.clear();
  facts.primaryIsUp = true;
  await account.tick();
  await account.tick();
  await clock.sleep(1000);
  const { runtime } = account;
  const incident = await acknowledgePromotion(runtime, world.plan.name);
  await createIncidentStore(runtime).snapshotOnce({ id: incident }, RECONCILED, { by: 'olga' });
}
