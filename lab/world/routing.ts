import * as z from 'zod';
import type { Plan, Traffic } from '../../aws/plan.ts';
import { isReversible, reversePlan } from '../../aws/reverse-plan.ts';
import type { LabClock } from '../clock.ts';

/** Addresses of the lab: documentation addresses, to which nothing is ever sent. */
export const addresses = {
  primary: '192.0.2.10',
  standby: '198.51.100.10',
  elsewhere: '203.0.113.10',
} as const;

/** A side that a name can lead to. */
export type Side = keyof typeof addresses;

/** A Route 53 record as the lab keeps it. */
export const LabRecord = z.strictObject({
  Name: z.string(),
  Type: z.enum(['A', 'AAAA', 'CNAME']),
  SetIdentifier: z.string().optional(),
  Weight: z.int().optional(),
  Failover: z.enum(['PRIMARY', 'SECONDARY']).optional(),
  TTL: z.int().optional(),
  ResourceRecords: z.array(z.strictObject({ Value: z.string() })).optional(),
});
export type LabRecord = z.infer<typeof LabRecord>;

/** What the world's DNS tells, and how it changes. */
export interface Routing {
  /** What clients are told for a public name now; undefined for a name nobody knows. */
  sideOf(name: string): Side | undefined;
  /** What the DNS answers in the plan's own words. */
  answersOf(name: string): readonly string[];
  /** An object was put or deleted: if it is a marker, its health check notices after a while. */
  setMarker(bucket: string, key: string, present: boolean): void;
  readonly zones: ReadonlyMap<string, LabRecord[]>;
  /** Records were changed: the DNS tells so after a while. */
  publish(): void;
}

/** How long the world takes to tell clients of a change, in milliseconds. */
export interface RoutingDelays {
  readonly healthCheckMilliseconds: number;
  readonly recordMilliseconds: number;
  /** Reports the time that a change took. */
  readonly onBusy: (what: string, milliseconds: number) => void;
  /** Called when clients may be told something else than before. */
  readonly onRouteChange?: (() => void) | undefined;
}

const fold = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** Builds the routing of a plan: everything points at the primary. */
export function createRouting(plan: Plan, clock: LabClock, delays: RoutingDelays): Routing {
  const zones = new Map<string, LabRecord[]>();
  for (const traffic of plan.traffic) seed(zones, traffic);
  const fixed = fixedNames(plan);
  const markers = new Set(
    plan.traffic.flatMap((traffic) =>
      traffic.kind === 'healthCheckMarker' ? [`${traffic.bucket}/${traffic.key}`] : [],
    ),
  );
  const flipped = new Set<string>();
  const wishes = new Map<string, number>();
  const put = new Map<string, boolean>();
  let published = structuredClone([...zones.values()].flat());

  /** Does something after a delay, unless a newer wish of the same kind came in. */
  const later = (what: string, milliseconds: number, action: () => void): void => {
    const wish = (wishes.get(what) ?? 0) + 1;
    wishes.set(what, wish);
    delays.onBusy(what, milliseconds);
    void clock.sleep(milliseconds).then(() => {
      if (wishes.get(what) !== wish) return;
      action();
      delays.onRouteChange?.();
    });
  };
  const recordAnswers = (traffic: Extract<Traffic, { kind: 'route53Record' }>): string[] => {
    const records = published.filter(({ Name }) => fold(Name) === fold(traffic.name));
    const chosen =
      records.find(({ Failover }) => Failover === 'PRIMARY') ??
      records.toSorted((a, b) => (b.Weight ?? 0) - (a.Weight ?? 0))[0];
    return (chosen?.ResourceRecords ?? []).map(({ Value }) => Value);
  };
  const answersOf = (name: string): string[] => {
    const traffic = plan.traffic.find((each) => fold(each.name) === fold(name));
    if (traffic === undefined) {
      const side = fixed.get(fold(name));
      return side === undefined ? [] : [addresses[side]];
    }
    if (traffic.kind === 'route53Record') return recordAnswers(traffic);
    const isFlipped = flipped.has(`${traffic.bucket}/${traffic.key}`);
    return [isFlipped ? addresses.standby : addresses.primary];
  };
  return {
    zones,
    answersOf,
    sideOf(name) {
      const [answer] = answersOf(name);
      if (answer === undefined) return undefined;
      if (answer === addresses.primary || answer === addresses.standby) {
        return answer === addresses.primary ? 'primary' : 'standby';
      }
      if (answer === addresses.elsewhere) return 'elsewhere';
      return isStandbyValue(plan, answer) ? 'standby' : 'primary';
    },
    setMarker(bucket, key, present) {
      const marker = `${bucket}/${key}`;
      // Putting what is there already changes nothing, and does not make the check start anew.
      if (!markers.has(marker) || present === (put.get(marker) ?? false)) return;
      put.set(marker, present);
      later(`health check of ${marker}`, delays.healthCheckMilliseconds, () => {
        if (present) flipped.add(marker);
        else flipped.delete(marker);
      });
    },
    publish() {
      const records = structuredClone([...zones.values()].flat());
      later('record change', delays.recordMilliseconds, () => {
        published = records;
      });
    },
  };
}

function isStandbyValue(plan: Plan, value: string): boolean {
  return plan.traffic.some(
    (traffic) =>
      traffic.kind === 'route53Record' &&
      traffic.routing === 'simple' &&
      traffic.standby.includes(value),
  );
}

/** The records that a plan says are there. */
function seed(zones: Map<string, LabRecord[]>, traffic: Traffic): void {
  if (traffic.kind !== 'route53Record') return;
  const records = zones.get(traffic.hostedZoneId) ?? [];
  zones.set(traffic.hostedZoneId, records);
  const base = { Name: `${fold(traffic.name)}.`, Type: traffic.recordType };
  const values = (values: readonly string[]) => values.map((Value) => ({ Value }));
  if (traffic.routing === 'simple') {
    records.push({ ...base, TTL: traffic.ttlSeconds, ResourceRecords: values(traffic.primary) });
    return;
  }
  const isWeighted = traffic.routing === 'weighted';
  for (const side of ['primary', 'standby'] as const) {
    const isPrimary = side === 'primary';
    records.push({
      ...base,
      SetIdentifier: traffic[side],
      TTL: 60,
      ResourceRecords: values([addresses[side]]),
      ...(isWeighted ? { Weight: isPrimary ? traffic.weight : 0 } : {}),
      ...(isWeighted ? {} : { Failover: isPrimary ? ('PRIMARY' as const) : 'SECONDARY' }),
    });
  }
}

/** Names that the plan asks directly lead to one side for good. */
export function fixedNames(plan: Plan): Map<string, Side> {
  const names = new Map<string, Side>();
  const add = (url: string, side: Side): void => {
    const host = fold(new URL(url).hostname);
    if (!plan.traffic.some(({ name }) => fold(name) === host)) names.set(host, side);
  };
  for (const control of plan.detection.controls) {
    if (control.kind === 'https') add(control.url, 'elsewhere');
    else names.set(fold(control.host), 'elsewhere');
  }
  for (const check of plan.verification.standby) add(check.url, 'standby');
  for (const { writeCheck } of plan.databases) add(writeCheck.url, 'standby');
  for (const probe of plan.detection.probes) {
    if (probe.kind === 'https') add(probe.url, 'primary');
    if (probe.kind === 'tcp') names.set(fold(probe.host), 'primary');
  }
  for (const fence of plan.fencing) {
    if (fence.kind === 'securityGroup' && fence.proof !== undefined)
      add(fence.proof.url, 'primary');
  }
  // Seen from the other side everything is the other way round.
  const back = isReversible(plan) ? fixedNames({ ...reversePlan(plan), failback: undefined }) : [];
  for (const [name, side] of back) {
    if (side !== 'elsewhere') names.set(name, side === 'primary' ? 'standby' : 'primary');
  }
  return names;
}
