import { typicalDurations } from '../core/durations.ts';
import type { Plan, Traffic } from './plan.ts';

/** One stretch on the way to a recovered service, and where its figure comes from. */
interface FloorPart {
  readonly name: string;
  readonly seconds: number;
  readonly from: string;
}

/** The shortest RTO that can be expected of a plan. */
export interface Floor {
  readonly seconds: number;
  /** What is on the critical path: these add up to `seconds`. */
  readonly parts: readonly FloorPart[];
  /** What runs beside it and is over sooner. */
  readonly beside: readonly FloorPart[];
}

/** The sections of a plan that its floor depends on. */
export type FloorSections = Pick<Plan, 'detection' | 'compute' | 'traffic' | 'fencing'>;

/**
 * The expected floor of the RTO: confirming, then promoting, or the warm-up if that is slower (it
 * starts with the first suspicion), then moving the traffic that no fence has moved already. The
 * alarm's own delay and the time that people take are not in it.
 */
export function expectedFloor(plan: FloorSections): Floor {
  const confirmation = confirmationOf(plan);
  const promotion: FloorPart = {
    name: 'promotion',
    seconds: typicalDurations.promotionSeconds,
    from: 'typical promotion of a read replica; all databases at once',
  };
  const warmUp = slowest(plan.compute.map(warmUpOf));
  const traffic = slowest(plan.traffic.map((route) => switchOf(route, plan.fencing)));
  const databaseSeconds = confirmation.seconds + promotion.seconds;
  const isWarmUpSlower = warmUp !== undefined && warmUp.seconds > databaseSeconds;
  const path = isWarmUpSlower ? [warmUp] : [confirmation, promotion];
  const parts = [...path, ...(traffic === undefined ? [] : [traffic])];
  return {
    seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0),
    parts,
    beside: isWarmUpSlower ? [confirmation, promotion] : warmUp === undefined ? [] : [warmUp],
  };
}

function confirmationOf({ detection: { confirm } }: FloorSections): FloorPart {
  const rounds = (confirm.rounds - 1) * confirm.intervalSeconds;
  const isMinimum = confirm.minimumOutageSeconds > rounds;
  return {
    name: 'confirmation',
    seconds: Math.max(rounds, confirm.minimumOutageSeconds),
    from: isMinimum
      ? 'detection.confirm.minimumOutageSeconds'
      : `detection.confirm: ${confirm.rounds} rounds, ${confirm.intervalSeconds} s apart`,
  };
}

function warmUpOf({ kind, id }: Plan['compute'][number]): FloorPart {
  const isGroup = kind === 'autoScalingGroup';
  const { autoScalingSeconds, ecsSeconds } = typicalDurations;
  const seconds = isGroup ? autoScalingSeconds : ecsSeconds;
  const from = `typical start of ${isGroup ? 'instances' : 'tasks'}: ${id}; begins when suspected`;
  return { name: 'warm-up', seconds, from };
}

function switchOf(route: Traffic, fencing: Plan['fencing']): FloorPart {
  const name = 'traffic';
  const { id } = route;
  const fence = fencing.find((each) => each.kind === 'edge' && each.traffic === id);
  if (fence !== undefined)
    return { name, seconds: 0, from: `${id} is moved by fence ${fence.id} before the promotion` };
  if (route.kind === 'healthCheckMarker') {
    const { min, typical, max } = typicalDurations.healthCheckFlipSeconds;
    return { name, seconds: typical, from: `health check of ${id} flips: ${min} to ${max} s` };
  }
  const change = typicalDurations.route53ChangeSeconds;
  const ttl = route.routing === 'simple' ? route.ttlSeconds : typicalDurations.aliasTtlSeconds;
  return { name, seconds: change + ttl, from: `${id}: change ${change} s, TTL ${ttl} s` };
}

function slowest(parts: readonly FloorPart[]): FloorPart | undefined {
  return parts.toSorted((a, b) => b.seconds - a.seconds)[0];
}

/** The floor as one sum: `confirmation 60 s + promotion 300 s + traffic 90 s = 450 s`. */
export function floorSum({ parts, seconds }: Floor): string {
  return `${parts.map((part) => `${part.name} ${part.seconds} s`).join(' + ')} = ${seconds} s`;
}
