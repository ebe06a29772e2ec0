import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import type { AutoScalingGroup as Group } from '@aws-sdk/client-auto-scaling';
import * as z from 'zod';
import { NotReadyError } from '../../../core/errors.ts';
import { ask } from '../../errors.ts';
import type { ComputeDriver, DriverContext } from '../driver.ts';
import { parseSnapshot } from '../snapshot.ts';
import { countHealthyTargets } from '../target-health.ts';
import type { AutoScalingGroup } from './schema.ts';
import { describeShortage } from './shortage.ts';

const Sizes = z.strictObject({ min: z.int(), desired: z.int(), max: z.int() });
type Sizes = z.infer<typeof Sizes>;
/** How it was, as it is kept. */
export const Snapshot = Sizes.extend({ suspended: z.array(z.string()) });

/** Suspended, these keep instances from starting, from being replaced or from getting traffic. */
const neededProcesses = ['Launch', 'AddToLoadBalancer', 'HealthCheck', 'ReplaceUnhealthy'];

/**
 * Capacity is asked for by minimum *and* desired: with desired alone a scaling policy could take
 * it back. The calls only record a wish; `capacity` tells what came of it (Amazon EC2 Auto Scaling
 * API Reference, UpdateAutoScalingGroup). Raising looks first, and never lowers. Restoring writes
 * whatever it reads: a stale reading must not leave the capacity raised. Both are safe to repeat.
 */
export const autoScalingGroup: ComputeDriver<AutoScalingGroup> = {
  async snapshot(config, context) {
    const group = await describeGroup(config, context);
    return { ...sizesOf(group), suspended: suspendedOf(group) };
  },

  async raise(config, context) {
    const group = await describeGroup(config, context);
    await resume(config, suspendedOf(group), context);
    const now = sizesOf(group);
    const min = Math.max(now.min, config.instances);
    const desired = Math.max(now.desired, min);
    const isWideEnough = now.max >= desired;
    if (now.min === min && now.desired === desired && isWideEnough) return;
    await resize(config, { min, desired, ...(isWideEnough ? {} : { max: desired }) }, context);
  },

  async capacity(config, context) {
    const group = await describeGroup(config, context);
    const inService = (group.Instances ?? []).filter(
      (instance) => instance.LifecycleState === 'InService' && instance.HealthStatus === 'Healthy',
    ).length;
    const inTargetGroup =
      config.targetGroup === undefined
        ? inService
        : await countHealthyTargets(config.targetGroup, context);
    const wanted = config.instances;
    const healthy = Math.min(inService, inTargetGroup);
    const ready = healthy >= wanted;
    const targets =
      config.targetGroup === undefined ? '' : `, ${inTargetGroup} healthy in the target group`;
    const found = `${config.group}: ${inService} of ${wanted} instances in service${targets}.`;
    const shortage = ready ? undefined : await describeShortage(config, context);
    return { ready, healthy, wanted, why: shortage === undefined ? found : `${found} ${shortage}` };
  },

  async restore(config, snapshot, context) {
    const { suspended, ...sizes } = parseSnapshot(Snapshot, snapshot);
    await resize(config, sizes, context);
    if (suspended.length === 0) return;
    const command = new SuspendProcessesCommand({
      AutoScalingGroupName: config.group,
      ScalingProcesses: suspended,
    });
    await ask('SuspendProcesses', () => clientOf(context).send(command));
  },
};

async function describeGroup(config: AutoScalingGroup, context: DriverContext): Promise<Group> {
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [config.group] });
  const answer = await ask('DescribeAutoScalingGroups', () => clientOf(context).send(command));
  const group = answer.AutoScalingGroups?.[0];
  if (group !== undefined) return group;
  throw new NotReadyError(
    `There is no Auto Scaling group ${config.group} in ${context.plan.regions.standby}.`,
  );
}

async function resume(
  config: AutoScalingGroup,
  suspended: readonly string[],
  context: DriverContext,
): Promise<void> {
  const processes = neededProcesses.filter((name) => suspended.includes(name));
  if (processes.length === 0) return;
  const command = new ResumeProcessesCommand({
    AutoScalingGroupName: config.group,
    ScalingProcesses: processes,
  });
  await ask('ResumeProcesses', () => clientOf(context).send(command));
}

async function resize(
  config: AutoScalingGroup,
  { min, desired, max }: Omit<Sizes, 'max'> & Partial<Sizes>,
  context: DriverContext,
): Promise<void> {
  const command = new UpdateAutoScalingGroupCommand({
    AutoScalingGroupName: config.group,
    MinSize: min,
    DesiredCapacity: desired,
    ...(max === undefined ? {} : { MaxSize: max }),
  });
  await ask('UpdateAutoScalingGroup', () => clientOf(context).send(command));
}

function sizesOf(group: Group): Sizes {
  const sizes = { min: group.MinSize, desired: group.DesiredCapacity, max: group.MaxSize };
  const parsed = Sizes.safeParse(sizes);
  if (parsed.success) return parsed.data;
  throw new NotReadyError(`Auto Scaling does not tell the sizes of the group.`);
}

function suspendedOf(group: Group): string[] {
  return (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []);
}

function clientOf({ plan, runtime }: DriverContext): AutoScalingClient {
  return runtime.client(AutoScalingClient, plan.regions.standby);
}
