import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { describeError } from '../core/errors.ts';
import { NetworkError } from '../core/network.ts';
import type { Probe } from '../core/plan/sections.ts';
import {
  unknown,
  up,
  voteOnAlarm,
  voteOnAnswer,
  voteOnNetworkError,
  voteOnRdsStatus,
} from '../core/probe-votes.ts';
import type { Ballot } from '../core/probe-votes.ts';
import { voteOnReplication } from '../core/replication-progress.ts';
import { databaseDriver } from './drivers/databases.ts';
import type { DriverContext } from './drivers/driver.ts';
import { ask } from './errors.ts';

/** What a probe is given besides its own section of the plan. */
export interface ProbeContext extends DriverContext {
  readonly outageStartedAt: Date;
}

/** What one probe found, and its vote. */
export interface ProbeResult extends Ballot {
  readonly id: string;
  readonly kind: Probe['kind'];
}

type Of<Kind extends Probe['kind']> = Extract<Probe, { kind: Kind }>;

/**
 * Runs one probe. Never throws: what was not expected is an unknown vote with its words, because
 * a probe that fails by itself says nothing about the primary.
 */
export async function runProbe(probe: Probe, context: ProbeContext): Promise<ProbeResult> {
  const { id, kind } = probe;
  try {
    return { id, kind, ...(await vote(probe, context)) };
  } catch (error) {
    const ballot =
      error instanceof NetworkError
        ? voteOnNetworkError(error.code)
        : unknown(`The probe failed by itself. ${describeError(error)}`);
    return { id, kind, ...ballot };
  }
}

async function vote(probe: Probe, context: ProbeContext): Promise<Ballot> {
  switch (probe.kind) {
    case 'https':
      return voteOnAnswer(probe, await context.runtime.network.https(probe));
    case 'tcp':
      await context.runtime.network.tcp(probe);
      // A load balancer accepts connections although nothing behind it lives: no sighting.
      return up('It accepts connections.', false);
    case 'rdsStatus':
      return await probeRdsStatus(probe, context);
    case 'replicationProgress':
      return await probeReplication(probe, context);
    case 'alarmState':
      return await probeAlarm(probe, context);
  }
}

/**
 * Asks the primary Region. A Region that does not answer is unknown and not down: its API is not
 * the database, and its silence may be ours.
 */
async function probeRdsStatus(
  { instance }: Of<'rdsStatus'>,
  { plan, runtime }: ProbeContext,
): Promise<Ballot> {
  const client = runtime.client(RDSClient, plan.regions.primary);
  const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: instance });
  try {
    const answer = await ask('DescribeDBInstances', () => client.send(command));
    return voteOnRdsStatus(answer.DBInstances?.[0]?.DBInstanceStatus);
  } catch (error) {
    if (error instanceof DBInstanceNotFoundFault) return voteOnRdsStatus(undefined);
    throw error;
  }
}

async function probeReplication(
  probe: Of<'replicationProgress'>,
  context: ProbeContext,
): Promise<Ballot> {
  const database = context.plan.databases.find(({ id }) => id === probe.database);
  if (database === undefined) return unknown(`There is no database ${probe.database} in the plan.`);
  const now = context.runtime.clock.now();
  const { windowSeconds, staleAfterSeconds } = database.lag;
  const from = new Date(now.getTime() - windowSeconds * 1000);
  const samples = await databaseDriver(database).lag({ from, to: now }, context);
  const { outageStartedAt } = context;
  return voteOnReplication({ samples, outageStartedAt, now, staleAfterSeconds });
}

/** Composite alarms are described only if their type is named (CloudWatch API, DescribeAlarms). */
async function probeAlarm(
  { alarm }: Of<'alarmState'>,
  { plan, runtime }: ProbeContext,
): Promise<Ballot> {
  const [, , , region = plan.regions.standby, , , ...name] = alarm.split(':');
  const client = runtime.client(CloudWatchClient, region);
  const command = new DescribeAlarmsCommand({
    AlarmNames: [name.join(':')],
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
  });
  const answer = await ask('DescribeAlarms', () => client.send(command));
  const found = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])][0];
  return voteOnAlarm(found?.StateValue);
}
