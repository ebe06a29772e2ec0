import type { Plan } from '../../aws/plan.ts';
import { isReversible, reversePlan } from '../../aws/reverse-plan.ts';
import { startParts } from '../parts/world-parts.ts';
import type { Parts } from '../parts/world-parts.ts';
import { addresses, fixedNames } from '../world/routing.ts';
import { slackHosts } from '../world/slack.ts';
import { unitsBefore } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { CLIENT_CACHE_SECONDS } from './physics.ts';

/** The parts of a drill, as its plan names them. */
export async function startDrillParts(world: World): Promise<Parts> {
  const { plan, routing } = world;
  const [publicName = ''] = plan.traffic.map(({ name }) => name);
  return await startParts({
    hostname: publicName,
    otherHostnames: [
      ...plan.traffic.slice(1).map(({ name }) => name),
      ...fixedNames(plan).keys(),
      ...slackHosts,
    ],
    lookup: (name, type) => {
      const side = slackHosts.includes(name) ? 'elsewhere' : routing.sideOf(name);
      if (side === undefined) return undefined;
      const answers = type === 'A' ? [addresses[side]] : [];
      return { answers, ttlSeconds: CLIENT_CACHE_SECONDS };
    },
    primary: { name: plan.regions.primary, address: addresses.primary },
    standby: { name: plan.regions.standby, address: addresses.standby },
    applications: 2,
    checks: checksOf(plan),
  });
}

/** What runs in the standby Region before the outage, by the plan's strategy. */
export async function warmFleets(world: World, parts: Parts): Promise<void> {
  for (const fleet of world.fleets.values()) {
    if (fleet.running > 0) await world.physics.launch(fleet.id, fleet.running, fleet.place);
  }
  if (unitsBefore(world.plan, 1) === 0) await parts.standby.scaleTo(0);
}

/** Every request by which the plan checks the service, either way, answered as the plan expects it. */
function checksOf(plan: Plan) {
  const plans = isReversible(plan) ? [plan, reversePlan(plan)] : [plan];
  const requests = plans.flatMap(({ detection, fencing, databases, verification }) => [
    ...detection.probes.flatMap((probe) => (probe.kind === 'https' ? [probe] : [])),
    ...fencing.flatMap((fence) =>
      fence.kind === 'securityGroup' && fence.proof !== undefined ? [fence.proof] : [],
    ),
    ...databases.map(({ writeCheck }) => writeCheck),
    ...verification.standby,
    ...verification.service,
  ]);
  return requests.map(({ url, expectStatus, expectBody }) => ({
    path: new URL(url).pathname,
    status: expectStatus,
    body: expectBody ?? 'ok',
  }));
}
