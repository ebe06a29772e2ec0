import { createIncidentStore } from '../../aws/incident-store.ts';
import type { Plan } from '../../aws/plan.ts';
import { fencePrimary } from '../../functions/fence-primary.ts';
import { onSchedule } from '../../functions/on-schedule.ts';
import { promoteDatabase } from '../../functions/promote-database.ts';
import { switchRoute } from '../../functions/switch-route.ts';
import { brief } from '../approval-samples.ts';
import { drillPlan, openBench, startAt } from './support.ts';

/** Until where the failover came before its run ended. */
interface Course {
  readonly plan?: Plan;
  /** Whether the old primary's control plane answered when it was fenced. */
  readonly isReachable?: boolean;
  readonly isSwitched?: boolean;
  readonly isClosed?: boolean;
}

/** After a failover whose old primary was gone with its Region, unless told otherwise. */
export async function failedOver({
  plan = drillPlan(),
  isReachable = false,
  isSwitched = true,
  isClosed = true,
}: Course = {}) {
  const bench = await openBench(plan);
  const { run, incident, clock, world, facts } = bench;
  const base = { plan, incident, startedAt: startAt };
  if (isReachable) world.unreachable.clear();
  const fence = { plan, incident, approvedByHuman: true, brief, afterPromotion: false };
  await run(fencePrimary, fence);
  const [first] = plan.databases;
  const database = { ...first, promotionDeadlineSeconds: 1800 };
  for (let turn = 0; turn < 50; turn += 1) {
    const { outcome } = await run(promoteDatabase, { ...base, database });
    if (outcome === 'promoted') break;
    await clock.advance(20);
  }
  if (isSwitched) {
    const startedAt = clock.now().toISOString();
    await run(switchRoute, { ...base, startedAt, traffic: plan.traffic[0] });
    await clock.advance(90);
  }
  const store = createIncidentStore(bench.runtime);
  if (isClosed) await store.close(incident, 'recovered');
  return {
    ...bench,
    store,
    ingress: () => [...world.ingress.values()].flat(),
    comesBack: (): void => {
      world.unreachable.clear();
      facts.primaryIsUp = true;
    },
    watch: async () => (await run(onSchedule, { time: 'now' })).plans[0],
    /** Lets minutes pass until the watch has nothing left to do; what it says then. */
    rests: async () => {
      for (let minute = 0; minute < 6; minute += 1) {
        await clock.advance(60);
        const [found] = (await run(onSchedule, { time: 'now' })).plans;
        if (found?.ruleId === 'nothing-left') return found.ruleId;
      }
      return 'it never rests';
    },
    subjects: () => world.deliveries.map(({ subject }) => subject),
  };
}
