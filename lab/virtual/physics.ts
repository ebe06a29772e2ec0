import { NetworkError } from '../../core/network.ts';
import type { HttpsAnswer, HttpsRequest, Network } from '../../core/network.ts';
import { typicalDurations } from '../../core/durations.ts';
import type { Plan } from '../../aws/plan.ts';
import type { LabClock } from '../clock.ts';
import type { Routing, Side } from '../world/routing.ts';
import { slackHosts } from '../world/slack.ts';
import type { Physics } from '../world/world.ts';
import { expectedAnswer, SICK_ANSWER } from './answers.ts';

/** What is true of the simulated Regions at this moment. */
export interface VirtualFacts {
  primaryIsUp: boolean;
  primaryIsFenced: boolean;
  standbyIsWriter: boolean;
  noCapacity: boolean;
  /** When the standby could first serve: its database writes, and a unit runs. */
  promotedAt: Date | undefined;
  unitsRunning: number;
  firstUnitAt: Date | undefined;
}

/** A network call within a Region or between two takes about this long. */
const CALL_MILLISECONDS = 30;

/** The same control planes over durations as AWS documents them, in virtual time. */
export function createVirtualPhysics(
  plan: Plan,
  clock: LabClock,
  facts: VirtualFacts,
  routing: () => Routing,
  onSlack: (request: HttpsRequest) => HttpsAnswer,
): Physics {
  const launchSeconds = (fleet: string): number =>
    fleet.startsWith('service/')
      ? typicalDurations.ecsSeconds
      : typicalDurations.autoScalingSeconds;
  const units = new Map<string, number>();
  const setUnits = (fleet: string, count: number): void => {
    units.set(fleet, count);
    facts.unitsRunning = [...units.values()].reduce((sum, each) => sum + each, 0);
    if (facts.unitsRunning > 0) facts.firstUnitAt ??= clock.now();
  };
  return {
    network: createVirtualNetwork(plan, clock, facts, routing, onSlack),
    async launch(fleet, count) {
      if (facts.noCapacity) {
        throw new Error('Launching EC2 instance failed. (InsufficientInstanceCapacity)');
      }
      await clock.sleep(launchSeconds(fleet) * 1000);
      setUnits(fleet, count);
    },
    terminate: (fleet, count) => {
      setUnits(fleet, count);
      return Promise.resolve();
    },
    async promote() {
      await clock.sleep(typicalDurations.promotionSeconds * 1000);
      facts.standbyIsWriter = true;
      facts.promotedAt = clock.now();
    },
    fence(fenced) {
      facts.primaryIsFenced = fenced;
    },
    healthCheckMilliseconds: typicalDurations.healthCheckFlipSeconds.typical * 1000,
    recordMilliseconds: typicalDurations.route53ChangeSeconds * 1000,
  };
}

function createVirtualNetwork(
  plan: Plan,
  clock: LabClock,
  facts: VirtualFacts,
  routing: () => Routing,
  onSlack: (request: HttpsRequest) => HttpsAnswer,
): Network {
  const reach = async (host: string): Promise<Side> => {
    await clock.sleep(CALL_MILLISECONDS);
    if (slackHosts.includes(host)) return 'elsewhere';
    const side = routing().sideOf(host);
    if (side === undefined) throw new NetworkError('ENOTFOUND', `getaddrinfo ENOTFOUND ${host}`);
    if (side === 'primary' && !facts.primaryIsUp) {
      throw new NetworkError('ECONNREFUSED', `connect ECONNREFUSED ${host}`);
    }
    return side;
  };
  return {
    async https(request) {
      const { hostname } = new URL(request.url);
      const side = await reach(hostname);
      if (slackHosts.includes(hostname)) return onSlack(request);
      return isServing(side, facts) ? expectedAnswer(plan, request) : SICK_ANSWER;
    },
    async tcp({ host }) {
      await reach(host);
    },
    async resolve(name) {
      await clock.sleep(CALL_MILLISECONDS);
      return [...routing().answersOf(name)];
    },
  };
}

function isServing(side: Side, facts: VirtualFacts): boolean {
  if (side === 'elsewhere') return true;
  if (side === 'primary') return !facts.primaryIsFenced;
  return facts.standbyIsWriter && facts.unitsRunning > 0;
}
