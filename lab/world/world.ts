import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Plan } from '../../aws/plan.ts';
import type { Network } from '../../core/network.ts';
import type { LabSecret } from '../aws/secrets-manager.ts';
import type { LabClock } from '../clock.ts';
import type { BusySpan } from './busy.ts';
import { Fleet, fleetKeys } from './fleet.ts';
import type { FleetPhysics } from './fleet.ts';
import { Items } from './items.ts';
import type { LabSes } from './mail.ts';
import { createSes } from './mail.ts';
import type { Routing } from './routing.ts';
import { createRouting } from './routing.ts';
import type { SlackWorkspace } from './slack.ts';
import { createSlack } from './slack.ts';

/** An RDS instance as its control plane tells of it. */
export interface DatabaseInstance {
  readonly id: string;
  readonly region: string;
  status: string;
  sourceId: string | undefined;
}

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
  /** Resolves when the standby's database takes writes. */
  promote(database: string): Promise<void>;
  /** Keeps the old primary's applications from their database, or lets them at it again. */
  fence(fenced: boolean): void;
  readonly healthCheckMilliseconds: number;
  readonly recordMilliseconds: number;
  /** Called when the DNS may tell something else than before. */
  readonly onRouteChange?: (() => void) | undefined;
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
  return {
    plan,
    clock,
    physics,
    unreachable: new Set(),
    databases: createDatabases(plan),
    fleets: createFleets(plan, clock, {
      launch: async (fleet, units) => {
        const from = clock.now();
        try {
          await physics.launch(fleet, units);
        } finally {
          busy.push({ what: `launch of ${fleet}`, from, to: clock.now() });
        }
      },
      terminate: async (fleet, units) => {
        await physics.terminate(fleet, units);
      },
    }),
    routing: createRouting(plan, clock, { ...physics, onBusy }),
    objects: new Map(),
    parameters: new Map(),
    secrets: new Map(),
    ingress: new Map(
      plan.fencing.flatMap((fence) =>
        fence.kind === 'securityGroup' ? [[fence.groupId, [databaseRule(fence.groupId)]]] : [],
      ),
    ),
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
    caller: undefined,
    onItemWritten: () => undefined,
  };
}

function createDatabases(plan: Plan): Map<string, DatabaseInstance> {
  const { primary, standby } = plan.regions;
  return new Map(
    plan.databases.flatMap(({ source, replica }): [string, DatabaseInstance][] => {
      const sourceId = `arn:aws:rds:${primary}:111122223333:db:${source}`;
      return [
        [
          `${primary}/${source}`,
          { id: source, region: primary, status: 'available', sourceId: undefined },
        ],
        [`${standby}/${replica}`, { id: replica, region: standby, status: 'available', sourceId }],
      ];
    }),
  );
}

function createFleets(plan: Plan, clock: LabClock, physics: FleetPhysics): Map<string, Fleet> {
  return new Map(
    plan.compute.map((compute) => {
      const isGroup = compute.kind === 'autoScalingGroup';
      const id = isGroup
        ? fleetKeys.group(compute.group)
        : fleetKeys.service(compute.cluster, compute.service);
      const wanted = isGroup ? compute.instances : compute.tasks;
      const running = unitsBefore(plan, wanted);
      const { targetGroup } = compute;
      return [id, new Fleet({ id, targetGroup, running, max: wanted }, clock, physics)];
    }),
  );
}

/** The rule that lets the applications at the database, as EC2 describes it. */
function databaseRule(groupId: string): object {
  return {
    SecurityGroupRuleId: 'sgr-0123456789abcdef0',
    GroupId: groupId,
    IsEgress: false,
    IpProtocol: 'tcp',
    FromPort: 5432,
    ToPort: 5432,
    CidrIpv4: '10.0.0.0/16',
    Description: 'applications',
  };
}
