import type { DescribeAutoScalingGroupsCommandOutput } from '@aws-sdk/client-auto-scaling';
import { now } from '../support.ts';

/** What a test says about the group; the rest is an empty group of two at most. */
export interface GroupState {
  readonly min?: number;
  readonly desired?: number;
  readonly max?: number;
  readonly suspended?: readonly string[];
  readonly healthy?: number;
  readonly unhealthy?: number;
}

/** What Auto Scaling answers about such a group; one more instance is always pending. */
export function groupAnswer(state: GroupState): DescribeAutoScalingGroupsCommandOutput {
  const { min = 0, desired = 0, max = 2, suspended = [], healthy = 0, unhealthy = 0 } = state;
  const instance = (HealthStatus: string, LifecycleState: 'InService' | 'Pending') => ({
    InstanceId: 'i-1',
    AvailabilityZone: 'a',
    ProtectedFromScaleIn: false,
    HealthStatus,
    LifecycleState,
  });
  const group = {
    AutoScalingGroupName: 'shop-web',
    DefaultCooldown: 1,
    AvailabilityZones: [],
    HealthCheckType: 'EC2',
    CreatedTime: now,
    MinSize: min,
    DesiredCapacity: desired,
    MaxSize: max,
    SuspendedProcesses: suspended.map((ProcessName) => ({ ProcessName })),
    Instances: [
      ...Array.from({ length: healthy }, () => instance('Healthy', 'InService')),
      ...Array.from({ length: unhealthy }, () => instance('Unhealthy', 'InService')),
      instance('Healthy', 'Pending'),
    ],
  };
  return { AutoScalingGroups: [group], $metadata: {} };
}
