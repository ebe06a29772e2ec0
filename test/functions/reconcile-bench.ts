import type { Plan } from '../../aws/plan.ts';
import type { Compared } from '../../core/reconcile/compared.ts';
import type { Given } from '../../core/reconcile/given.ts';
import { applyWrites } from '../../functions/apply-writes.ts';
import { assessDivergence } from '../../functions/assess-divergence.ts';
import { closeReconciliation } from '../../functions/close-reconciliation.ts';
import { compareDatabase } from '../../functions/compare-database.ts';
import { fenceOldPrimary } from '../../functions/fence-old-primary.ts';
import { openReconciliation } from '../../functions/open-reconciliation.ts';
import { preserveEvidence } from '../../functions/preserve-evidence.ts';
import { drillPlan, executionArn } from './support.ts';
import type { Bench } from './support.ts';
import { failedOver } from './watch-bench.ts';

/** What an operator asks for; fields may be replaced. */
export const reconcileRequest = (change: object = {}): object => ({
  ...{ plan: 'orders', by: 'olga', reason: 'a test', ...change },
});

/** The drill's plan with what the section says replaced. */
export const reconcilePlan = (section: object = {}): Plan =>
  drillPlan({ reconciliation: { start: 'manual', ...section } });

/** The old primary is back after a failover that could not reach it, with writes of its own. */
export async function returned(plan: Plan = reconcilePlan(), lost: readonly number[] = [1, 2, 3]) {
  const bench = await failedOver({ plan });
  bench.comesBack();
  for (const write of lost) bench.facts.lost.add(write);
  await bench.clock.advance(60);
  return bench;
}

/** Opens a reconciliation, as the workflow does. */
export const openOn = (bench: Bench, number = 7, change: object = {}) =>
  bench.run(openReconciliation, {
    request: reconcileRequest(change),
    executionArn: executionArn(number),
  });

/** A reconciliation that has been opened, and its states one by one. */
export async function reconciling(plan?: Plan, lost?: readonly number[]) {
  const bench = await returned(plan, lost);
  const { incident: failover } = bench;
  const opened = await openOn(bench);
  const { incident, plan: given } = opened;
  if (incident === null) throw new Error(`Nothing was opened: ${opened.why}`);
  const input = { plan: given, incident };
  const [database] = given.databases;
  const startedAt = bench.clock.now().toISOString();
  const fence = () => bench.run(fenceOldPrimary, { ...input, startedAt });
  const preserve = () => bench.run(preserveEvidence, { ...input, startedAt });
  const compare = (round: 'before' | 'after') =>
    bench.run(compareDatabase, { ...input, database, round });
  const assess = (compared: readonly Compared[]) =>
    bench.run(assessDivergence, { ...input, compared });
  const apply = (compared: Compared, by = 'Ada', given: Given | null = null) =>
    bench.run(applyWrites, { ...input, database, compared, by, given });
  const close = (parts: object = {}) =>
    bench.run(closeReconciliation, {
      ...{ ...input, fenced: null, preserved: null, before: [], divergence: null },
      ...{ judged: null, applied: [], after: [], problems: [], failure: null, ...parts },
    });
  return {
    ...{ ...bench, plan: given, failover, incident, input, database, startedAt },
    ...{ fence, preserve, compare, assess, apply, close },
  };
}

/** As before, with an old primary that is fenced and kept. */
export async function comparable(plan?: Plan, lost?: readonly number[]) {
  const bench = await reconciling(plan, lost);
  await bench.fence();
  await bench.preserve();
  await bench.clock.advance(600);
  const { preserved } = await bench.preserve();
  if (!preserved) throw new Error('The old primary is not kept.');
  return bench;
}
