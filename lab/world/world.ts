import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Plan } from '../../aws/plan.ts';
import type { Access, Side } from '../../aws/postgres/side.ts';
import type { Engine } from '../../aws/reconcile/engine.ts';
import type { Json } from '../../core/json.ts';
import type { Network } from '../../core/network.ts';
import type { LabSecret } from '../aws/secrets-manager.ts';
import type { LabClock } from '../clock.ts';
import type { BusySpan } from './busy.ts';
import { createDatabases } from './databases.ts';
import type { DatabaseInstance } from './databases.ts';
import type { Fleet, FleetPhysics } from './fleet.ts';
import { Items } from './items.ts';
import type { LabSes } from './mail.ts';
import { createSes } from './mail.ts';
import type { Making } from './make.ts';
import { createFleets, createIngress } from './make.ts';
import type { Place } from './place.ts';
import type { Routing } from './routing.ts';
import { createRouting } from './routing.ts';
import type { SlackWorkspace } from './slack.ts';
import { createSlack } from './slack.ts';

/** A reading of a metric. */
export interface Datapoint {
  readonly at: Date;
  readonly value: number;
  readonly unit: string;
}

/** An alarm as CloudWatch tells of it. */
export interface LabAlarm {
  readonly arn: string;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  reasonData: string | undefined;
}

/** Something that somebody was told. */
export interface Delivery {
  readonly at: Date;
  readonly channel: string;
  readonly subject: string;
  readonly body: string;
}

/** What is under the control planes: real parts in a drill, durations in virtual time. */
export interface Physics extends FleetPhysics {
  /** What the orchestrator's Region sees of the network. */
  readonly network: Network;
  /** Resolves when the database of that place takes writes. */
  promote(database: string, place: Place): Promise<void>;
  /** Keeps the applications of that place from their database, or lets them at it again. */
  fence(fenced: boolean, place: Place): void;
  /** Resolves when a new database of that place follows the one of the other. */
  rebuild(place: Place): Promise<void>;
  /** Opens a session with the database of that place. */
  openDatabase(name: string, place: Place, access: Access): Promise<Side>;
  /** What compares databases; absent where they are PostgreSQL itself. */
  readonly engine?: Engine;
  readonly healthCheckMilliseconds: number;
  readonly recordMilliseconds: number;
  /** Called when the DNS may tell something else than before. */
  readonly onRouteChange?: (() => void) | undefined;
}

/** A run of a state machine, as far as whoever starts it is told. */
interface Started {
  readonly arn: string;
  readonly status: () => string;
}

/** Two Regions of one customer, as their control planes know them. */
export interface World {
  readonly plan: Plan;
  readonly clock: LabClock;
  readonly physics: Physics;
  /** Regions whose control plane does not answer. */
  readonly unreachable: Set<string>;
  readonly databases: Map<string, DatabaseInstance>;
  readonly fleets: Map<string, Fleet>;
  readonly routing: Routing;
  readonly objects: Map<string, string>;
  readonly parameters: Map<string, string>;
  readonly secrets: Map<string, LabSecret>;
  readonly ingress: Map<string, object[]>;
  /** What only the way back needs: compute in the primary Region, and fences of the standby. */
  readonly back: {
    readonly fleets: Map<string, Fleet>;
    readonly ingress: Map<string, object[]>;
  };
  /** Statuses of snapshots of databases, by Region and name. */
  readonly snapshots: Map<string, string>;
  readonly alarms: Map<string, LabAlarm>;
  readonly metrics: Map<string, Datapoint[]>;
  /** Readings that are worked out when somebody asks, from `from` to before `to`; oldest first. */
  readings: ((metric: string, from: Date, to: Date) => readonly Datapoint[]) | undefined;
  readonly items: Items;
  readonly deliveries: Delivery[];
  readonly ses: LabSes;
  readonly slack: SlackWorkspace;
  readonly busy: BusySpan[];
  /** Promotions that had an effect: never more than one for a database and incident. */
  promotions: number;
  /** Answers task tokens; set by whoever runs the state machines. */
  sendTaskSuccess: (token: string, output: string) => void;
  /** Starts a state machine, or finds the run of that name; set by whoever runs them. */
  startExecution: (arn: string, input: Json, name: string) => Started;
  /** What Step Functions tells of a run; undefined if there is none. */
  describeExecution: (arn: string) => object | undefined;
  /** Whose credentials the command line uses: an ARN. */
  caller: string | undefined;
  /** The table's stream; set by whoever runs the functions that follow it. */
  onItemWritten: (
    keys: Record<string, AttributeValue>,
    image: Record<string, AttributeValue>,
  ) => void;
}

/** How many units a fleet has while the primary serves. */
export function unitsBefore(plan: Plan, wanted: number): number {
  return plan.strategy === 'pilotLight' ? 0 : Math.max(1, Math.floor(wanted / 2));
}

/** Builds the world that a plan describes: everything healthy, everything at the primary. */
export function createWorld(plan: Plan, clock: LabClock, physics: Physics): World {
  const busy: BusySpan[] = [];
  const onBusy = (what: string, milliseconds: number): void => {
    const from = clock.now();
    busy.push({ what, from, to: new Date(from.getTime() + milliseconds) });
  };
  const deliveries: Delivery[] = [];
  const making: Making = {
    clock,
    physics: {
      launch: async (fleet, units, place) => {
        const from = clock.now();
        try {
          await physics.launch(fleet, units, place);
        } finally {
          busy.push({ what: `launch of ${fleet}`, from, to: clock.now() });
        }
      },
      terminate: async (fleet, units, place) => {
        await physics.terminate(fleet, units, place);
      },
    },
  };
  return {
    plan,
    clock,
    physics,
    unreachable: new Set(),
    databases: createDatabases(plan),
    fleets: createFleets(plan.compute, 'standby', (wanted) => unitsBefore(plan, wanted), making),
    routing: createRouting(plan, clock, { ...physics, onBusy }),
    objects: new Map(),
    parameters: new Map(),
    secrets: new Map(),
    ingress: createIngress(plan.fencing),
    back: {
      fleets: createFleets(plan.failback?.compute ?? [], 'primary', (wanted) => wanted, making),
      ingress: createIngress(plan.failback?.fencing ?? []),
    },
    snapshots: new Map(),
    alarms: new Map(
      plan.detection.alarms.map((arn) => [arn, { arn, state: 'OK', reasonData: undefined }]),
    ),
    metrics: new Map(),
    readings: undefined,
    items: new Items(),
    deliveries,
    ses: createSes(plan, () => clock.now(), deliveries),
    slack: createSlack(clock, deliveries),
    busy,
    promotions: 0,
    sendTaskSuccess: () => {
      throw new Error('Nobody waits for a task token.');
    },
    startExecution: () => {
      throw new Error('Nobody runs state machines.');
    },
    describeExecution: () => undefined,
    caller: undefined,
    onItemWritten: () => undefined,
  };
}

/** The place of a Region. @throws Error if it is none of the plan's */
export function placeIn({ regions }: Plan, region: string): Place {
  if (region === regions.primary) return 'primary';
  if (region === regions.standby) return 'standby';
  throw new Error(`${region} is no Region of the plan.`);
}

/** Fleets of a Region. */
export function fleetsIn({ plan, fleets, back }: World, region: string): Map<string, Fleet> {
  return placeIn(plan, region) === 'primary' ? back.fleets : fleets;
}
