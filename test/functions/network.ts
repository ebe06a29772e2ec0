import type { Network } from '../../core/network.ts';
import { NetworkError } from '../../core/network.ts';
import type { VirtualFacts } from '../../lab/virtual/physics.ts';
import { slackHosts } from '../../lab/world/slack.ts';
import type { World } from '../../lab/world/world.ts';
import type { Faults } from './faults.ts';

/** Answers at once: whoever serves says 200, whoever cannot says 503, and the dead refuse. */
export function createNetwork(facts: VirtualFacts, faults: Faults, world: () => World): Network {
  const reach = (host: string): 'primary' | 'standby' | 'elsewhere' => {
    faults.assertAlive();
    if (slackHosts.includes(host)) return 'elsewhere';
    const side = world().routing.sideOf(host);
    if (side === undefined) throw new NetworkError('ENOTFOUND', `getaddrinfo ENOTFOUND ${host}`);
    if (side === 'primary' && !facts.primaryIsUp) {
      throw new NetworkError('ECONNREFUSED', `connect ECONNREFUSED ${host}`);
    }
    return side;
  };
  // A session that was there before a fence goes on.
  const isReached = (isFenced: boolean, place: 'primary' | 'standby'): boolean =>
    !isFenced || facts.sessions[place] > 0;
  const serves = {
    primary: () => isReached(facts.primaryIsFenced, 'primary'),
    standby: () =>
      facts.standbyIsWriter &&
      facts.unitsRunning > 0 &&
      isReached(facts.standbyIsFenced, 'standby'),
    elsewhere: () => true,
  };
  return {
    async https(request) {
      const { hostname } = new URL(request.url);
      const side = reach(hostname);
      if (slackHosts.includes(hostname)) return world().slack.answer(request);
      return serves[side]() ? { status: 200, body: 'ok' } : { status: 503, body: '' };
    },
    async tcp({ host }) {
      reach(host);
    },
    async resolve(name) {
      faults.assertAlive();
      return [...world().routing.answersOf(name)];
    },
  };
}
