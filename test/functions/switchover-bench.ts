import { acknowledgePromotion } from '../../aws/acknowledge.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import type { Plan } from '../../aws/plan.ts';
import { RECONCILED } from '../../aws/switchover/standing.ts';
import type { Incident } from '../../core/incident.ts';
import { openSwitchover } from '../../functions/open-switchover.ts';
import type { Bench } from './support.ts';
import { createBench, drillPlan, executionArn } from './support.ts';
import { failedOver } from './watch-bench.ts';

export const PRIMARY = 'eu-west-1';
export const STANDBY = 'eu-central-1';

/** What an operator asks for; fields may be replaced. */
export const requestTo = (to: string, change: object = {}): object => ({
  ...{ plan: 'orders', action: 'move', to, by: 'olga', reason: 'a test', ...change },
});

/** The service is in its primary Region, and nothing is wrong. */
export function healthyBench(plan: Plan = drillPlan()): Bench {
  const bench = createBench(plan);
  bench.world.unreachable.clear();
  bench.facts.primaryIsUp = true;
  return bench;
}

/** After a failover whose old primary is back and fenced; nobody said anything of it yet. */
export async function afterFailover(plan?: Plan) {
  const bench = await failedOver({ isReachable: true, ...(plan === undefined ? {} : { plan }) });
  bench.comesBack();
  await bench.clock.advance(60);
  return bench;
}

/** After a failover that a human has acknowledged, and whose lost writes are accounted for. */
export async function settledBench(plan?: Plan) {
  const bench = await afterFailover(plan);
  await acknowledgePromotion(bench.runtime, 'orders');
  await bench.store.snapshotOnce(bench.incident, RECONCILED, { by: 'olga' });
  return bench;
}

/** A switchover that has been opened. */
export type Opened<B extends Bench> = Omit<B, 'plan' | 'incident'> & {
  readonly plan: Plan;
  readonly incident: Incident;
  readonly input: { readonly plan: Plan; readonly incident: Incident };
  readonly at: () => string;
};

/** Asks for a switchover, in the nth execution; what is asked for may be changed. */
export const askFor = async (bench: Bench, to: string, change: object = {}, number = 7) =>
  await bench.run(openSwitchover, {
    request: requestTo(to, change),
    executionArn: executionArn(number),
  });

/** Opens a switchover, as the workflow does. `plan` is the one that its states are given. */
export async function moving<B extends Bench>(bench: B, to: string): Promise<Opened<B>> {
  const { plan, incident, why } = await askFor(bench, to);
  if (plan === null || incident === null) throw new Error(`No switchover was opened: ${why}`);
  const at = (): string => bench.clock.now().toISOString();
  return { ...bench, plan, incident, input: { plan, incident }, at };
}

/** A switchover to the standby Region, of a service that was never moved. */
export const movingThere = (plan?: Plan) => moving(healthyBench(plan), STANDBY);

/** A switchover home, after a failover. */
export const movingHome = async (plan?: Plan) => await moving(await settledBench(plan), PRIMARY);

/** The lock of the plan. */
export const lockOf = async ({ runtime }: Pick<Bench, 'runtime'>) =>
  await createIncidentStore(runtime).readLock('orders');

/** Takes something away that the table keeps of an incident. */
export function forget(
  { world, incident }: Pick<Bench, 'world'> & { readonly incident: Incident },
  thing: string,
): void {
  const isThere = world.items.delete(`incidents|INCIDENT#${incident.id}|SNAPSHOT#${thing}`);
  if (!isThere) throw new Error(`Nothing is kept as ${thing}.`);
}
