import type { Account } from '../account.ts';
import type { Parts } from '../parts/world-parts.ts';
import type { World } from '../world/world.ts';

/** A drill whose failover is over. */
export interface Left {
  readonly world: World;
  readonly parts: Parts;
  readonly account: Account;
  readonly say: (line: string) => void;
}

/** The old Region is back, without applications, and the watch has its minute. */
export async function comeBack({ world, parts, account, say }: Left): Promise<void> {
  const { primary } = world.plan.regions;
  say(`${primary} is back`);
  await parts.primary.restart({ applications: 0 });
  world.unreachable.delete(primary);
  for (const fleet of world.back.fleets.values()) {
    fleet.running = 0;
    fleet.desired = 0;
    fleet.min = 0;
  }
  await account.tick();
}
