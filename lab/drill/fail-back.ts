import { acknowledgePromotion } from '../../aws/acknowledge.ts';
import type { Runtime } from '../../aws/runtime.ts';
import { markReconciled } from '../../aws/switchover/reconciled.ts';
import { startSwitchover } from '../../aws/switchover/start.ts';
import type { Comparison } from '../../core/reconcile/comparison.ts';
import type { SwitchoverRequest } from '../../core/switchover/request.ts';
import type { Account } from '../account.ts';
import { countTransitions, pathOf } from '../asl/history.ts';
import type { LabClock } from '../clock.ts';
import { visitByHttp } from '../front-door/visit.ts';
import { measureAttempts } from '../parts/client-ledger.ts';
import type { Parts } from '../parts/world-parts.ts';
import { orderIds } from '../parts/world-parts.ts';
import type { Failback, Reconciliation } from '../record.ts';
import type { World } from '../world/world.ts';
import type { Ask } from './approvals.ts';
import { watchQuestions } from './approvals.ts';

/** A drill whose failover is over, and whose lost orders are applied. */
export interface Gone {
  readonly world: World;
  readonly parts: Parts;
  readonly clock: LabClock;
  readonly account: Account;
  readonly ask: Ask;
  readonly say: (line: string) => void;
  readonly comparison: Comparison;
  readonly reconciliation: Reconciliation;
}

const BY = "the drill's operator";
const WRITING_MILLISECONDS = 2000;

/**
 * The end of the story: the service goes home while clients write, and its standby gets a replica
 * again. The clients' memory is the judge, once more.
 */
export async function failBack(gone: Gone): Promise<Failback> {
  const { world, parts, clock, account, ask, say } = gone;
  const { primary, standby } = world.plan.regions;
  await settle(gone);
  const startedAt = clock.now();
  say('clients write again; an operator asks for the way back');
  parts.clients.start();
  await clock.sleep(WRITING_MILLISECONDS);
  const watching = new AbortController();
  const where = { world, account, visit: visitByHttp };
  const questions = watchQuestions(where, clock, ask, watching.signal);
  try {
    const moved = await run(account, { plan: world.plan.name, action: 'move', to: primary });
    await clock.sleep(WRITING_MILLISECONDS);
    await parts.clients.stop();
    const judged = await judge(gone, startedAt);
    say(`${standby} gets a replica again`);
    if (moved.end === 'Moved') await acknowledgePromotion(account.runtime, world.plan.name);
    const rebuilt = await run(account, { plan: world.plan.name, action: 'rebuild', to: standby });
    const failback = { ...moved, ...judged, protection: rebuilt.end };
    return { ...failback, faults: findFaults(failback) };
  } finally {
    watching.abort();
    await questions;
    await parts.clients.stop();
  }
}

/** The old Region is back, the watch fences it, and somebody says that all is accounted for. */
async function settle({ world, parts, clock, account, say, comparison, reconciliation }: Gone) {
  say('the old primary is back, and fenced');
  await parts.primary.restart({ applications: 0 });
  world.unreachable.delete(world.plan.regions.primary);
  for (const fleet of world.back.fleets.values()) {
    fleet.running = 0;
    fleet.desired = 0;
    fleet.min = 0;
  }
  await account.tick();
  const { runtime } = account;
  await acknowledgePromotion(runtime, world.plan.name);
  await markReconciled(runtime, world.plan.name, {
    ...{ by: BY, reason: 'the drill goes on', comparedAt: clock.now().toISOString() },
    rowsDigest: 'of the drill',
    origin: comparison.origin,
    left: reconciliation.left.length,
  });
}

async function run(account: Account, asked: Pick<SwitchoverRequest, 'plan' | 'action' | 'to'>) {
  const { runtime }: { readonly runtime: Runtime } = account;
  const arn = await startSwitchover(runtime, { ...asked, by: BY, reason: 'the drill goes on' });
  const execution = account.executions.find((each) => each.arn === arn);
  if (execution === undefined) throw new Error('Nothing was started.');
  await execution.done;
  const path = pathOf(execution.history);
  const last = execution.history.at(-1);
  return {
    end: path.at(-1) ?? '',
    why: last?.executionFailedEventDetails?.cause ?? '',
    path,
    transitions: countTransitions(execution.history),
  };
}

/** Everything that was ever acknowledged is at home, once, and nothing that nobody wrote. */
async function judge({ parts }: Gone, startedAt: Date) {
  const attempts = parts.clients.ledger();
  const found = await orderIds(parts.primary);
  const present = new Set(found);
  const attempted = new Set(attempts.map(({ id }) => id));
  const acknowledged = attempts.flatMap(({ id, acknowledgedAt }) => (acknowledgedAt ? [id] : []));
  const since = attempts.filter((attempt) => attempt.startedAt >= startedAt);
  const { gaps, acknowledged: count } = measureAttempts(since, new Date(startedAt));
  return {
    heldSeconds: Math.max(0, ...gaps.map(({ seconds }) => seconds)),
    acknowledged: count,
    missing: acknowledged.filter((id) => !present.has(id)),
    invented: found.filter((id) => !attempted.has(id)),
    twice: found.length - present.size,
  };
}

function findFaults(failback: Omit<Failback, 'faults'>): string[] {
  const { end, why, missing, invented, twice, protection, acknowledged } = failback;
  return [
    ...(end === 'Moved' ? [] : [`The way back ended as ${end}; Moved was expected. ${why}`.trim()]),
    ...missing.map((id) => `Order ${id} was acknowledged, and did not come home.`),
    ...invented.map((id) => `Order ${id} is at home, and nobody wrote it.`),
    ...(twice === 0 ? [] : [`${twice} orders are at home twice.`]),
    ...(acknowledged > 0 ? [] : ['No order was acknowledged on the way back.']),
    ...(protection === 'Prepared'
      ? []
      : [`The standby's replica ended as ${protection}; Prepared was expected.`]),
  ];
}
