import * as z from 'zod';
import type { Fleet } from '../world/fleet.ts';
import { fleetKeys } from '../world/fleet.ts';
import { fleetsIn } from '../world/world.ts';
import type { CallContext, Service } from './service.ts';
import { modelled, serviceError } from './service.ts';

const Name = z.string();
const Processes = z.strictObject({
  AutoScalingGroupName: Name,
  ScalingProcesses: z.array(z.string()),
});

/** EC2 Auto Scaling: a group records a wish and fulfils it later, or tells why it cannot. */
export const autoScaling: Service = {
  ...modelled(
    'DescribeAutoScalingGroupsCommand',
    z.strictObject({ AutoScalingGroupNames: z.array(Name) }),
    ({ AutoScalingGroupNames }, context) => ({
      AutoScalingGroups: AutoScalingGroupNames.flatMap((name) => {
        const fleet = fleetsIn(context.world, context.region).get(fleetKeys.group(name));
        return fleet === undefined ? [] : [describe(name, fleet)];
      }),
    }),
  ),

  ...modelled(
    'UpdateAutoScalingGroupCommand',
    z.strictObject({
      AutoScalingGroupName: Name,
      MinSize: z.int(),
      DesiredCapacity: z.int(),
      MaxSize: z.int().optional(),
    }),
    (input, context) => {
      const fleet = find(input.AutoScalingGroupName, context);
      const max = input.MaxSize ?? fleet.max;
      if (input.DesiredCapacity < input.MinSize || input.DesiredCapacity > max) {
        throw serviceError('ValidationError', 'Desired capacity must be between min and max.');
      }
      fleet.min = input.MinSize;
      fleet.max = max;
      fleet.wish(input.DesiredCapacity);
      return {};
    },
  ),

  ...modelled('ResumeProcessesCommand', Processes, (input, context) => {
    const fleet = find(input.AutoScalingGroupName, context);
    for (const name of input.ScalingProcesses) fleet.suspended.delete(name);
    return {};
  }),

  ...modelled('SuspendProcessesCommand', Processes, (input, context) => {
    const fleet = find(input.AutoScalingGroupName, context);
    for (const name of input.ScalingProcesses) fleet.suspended.add(name);
    return {};
  }),

  ...modelled(
    'DescribeScalingActivitiesCommand',
    z.strictObject({ AutoScalingGroupName: Name, MaxRecords: z.int().optional() }),
    (input, context) => {
      const { failures } = find(input.AutoScalingGroupName, context);
      return {
        Activities: failures.toReversed().map(({ at, words }, index) => ({
          ActivityId: `activity-${failures.length - index}`,
          AutoScalingGroupName: input.AutoScalingGroupName,
          StartTime: at,
          StatusCode: 'Failed',
          StatusMessage: words,
          Cause: 'A difference between desired and actual capacity.',
        })),
      };
    },
  ),
};

function find(name: string, { world, region }: CallContext): Fleet {
  const fleet = fleetsIn(world, region).get(fleetKeys.group(name));
  if (fleet !== undefined) return fleet;
  throw serviceError('ValidationError', `AutoScalingGroup name not found - ${name}`);
}

function describe(name: string, fleet: Fleet): object {
  return {
    AutoScalingGroupName: name,
    MinSize: fleet.min,
    MaxSize: fleet.max,
    DesiredCapacity: fleet.desired,
    SuspendedProcesses: [...fleet.suspended].map((ProcessName) => ({ ProcessName })),
    Instances: Array.from({ length: fleet.running }, (_, index) => ({
      InstanceId: `i-${String(index).padStart(17, '0')}`,
      LifecycleState: 'InService',
      HealthStatus: 'Healthy',
    })),
  };
}
