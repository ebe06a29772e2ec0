import { createNetwork } from '../../aws/network.ts';
import { openSide } from '../../aws/postgres/side.ts';
import type { Network } from '../../core/network.ts';
import type { LabClock } from '../clock.ts';
import { createResolver } from '../parts/resolver.ts';
import type { Parts } from '../parts/world-parts.ts';
import type { Place } from '../world/place.ts';
import type { Physics } from '../world/world.ts';

/** A fleet is as many processes as it has units, and two at the most. */
const PROCESSES_PER_FLEET = 2;

/** Clients in the drill keep an address for a second; real ones often for a minute. */
export const CLIENT_CACHE_SECONDS = 1;

/** What a scenario can take from the world. */
export interface Limits {
  /** Nothing can be launched in the standby Region. */
  noCapacity: boolean;
  /** Called when promotion is asked for, before it begins. */
  onPromotion: () => void;
}

/** The control planes' hands in a drill: real processes, a real database, a real network. */
export function createDrillPhysics(parts: () => Parts, clock: LabClock, limits: Limits): Physics {
  const sizes = { primary: new Map<string, number>(), standby: new Map<string, number>() };
  const scale = async (fleet: string, units: number, place: Place): Promise<void> => {
    sizes[place].set(fleet, Math.min(units, PROCESSES_PER_FLEET));
    const total = [...sizes[place].values()].reduce((sum, size) => sum + size, 0);
    await parts()[place].scaleTo(total);
  };
  const promotions = new Map<Place, Promise<void>>();
  const promoteOnce = async (place: Place): Promise<void> => {
    if (place === 'standby') limits.onPromotion();
    const { database } = parts()[place];
    await database.promote();
    while (await database.isInRecovery()) await clock.sleep(20);
  };
  return {
    network: createDrillNetwork(parts),
    async launch(fleet, units, place) {
      if (limits.noCapacity) {
        throw new Error(
          'We currently do not have sufficient capacity in the Availability Zone you requested. ' +
            'Launching EC2 instance failed. (InsufficientInstanceCapacity)',
        );
      }
      await scale(fleet, units, place);
    },
    terminate: scale,
    // One real database stands for all of a plan.
    async promote(_database, place) {
      const promotion = promotions.get(place) ?? promoteOnce(place);
      promotions.set(place, promotion);
      await promotion;
    },
    fence(fenced, place) {
      const region = parts()[place];
      if (fenced) region.fence();
      else region.unfence();
    },
    async rebuild(place) {
      promotions.delete(place);
      await parts().rebuild(place);
    },
    openDatabase: async (name, place, access) =>
      await openSide(name, parts()[place].database.url(), access),
    // In the drill a minute of DNS takes a second.
    healthCheckMilliseconds: 1000,
    recordMilliseconds: 1000,
  };
}

/** Real DNS questions and real sockets: only the way to an address leads through the book. */
function createDrillNetwork(parts: () => Parts): Network {
  let built: Network | undefined;
  const build = (): Network => {
    const { dns, book, ca } = parts();
    // The stack asks anew each time; only clients remember.
    const ask = async (name: string): Promise<string[]> => {
      const resolver = createResolver({ serverPort: dns.port, cache: 'ttl' });
      return [...(await resolver.resolve(name))];
    };
    return createNetwork({
      ca,
      connect: async ({ host, port }) => {
        const [address = ''] = await ask(host);
        return book.dial({ host: address, port });
      },
      resolver: { resolve4: ask, resolve6: ask, resolveCname: ask },
    });
  };
  const network = (): Network => (built ??= build());
  return {
    https: async (request) => await network().https(request),
    tcp: async (target) => {
      await network().tcp(target);
    },
    resolve: async (name, type) => await network().resolve(name, type),
  };
}
