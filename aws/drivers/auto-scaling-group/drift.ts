import type * as z from 'zod';
import type { CodeChange, Comparison } from '../../../core/drift/difference.ts';
import { same } from '../../../core/drift/difference.ts';
import type { DriftDriver } from '../driver.ts';
import { parseBefore, parseSnapshot } from '../snapshot.ts';
import { autoScalingGroup, Snapshot } from './driver.ts';
import type { AutoScalingGroup } from './schema.ts';

type Sizes = z.infer<typeof Snapshot>;

/**
 * A warm-up raises the minimum, and takes back suspensions that keep instances from starting. The
 * desired capacity alone is no drift: scaling policies move it all day.
 */
export const autoScalingGroupDrift: DriftDriver<AutoScalingGroup> = (config, context) => [
  {
    what: `Auto Scaling group ${config.group} in ${context.plan.regions.standby} (${config.id})`,
    compare: async () => {
      const now = parseSnapshot(Snapshot, await autoScalingGroup.snapshot(config, context));
      const before = parseBefore(Snapshot, await context.before());
      if (before === undefined) return same(`${wordsOf(now)}; no incident raised it.`);
      return isSame(now, before)
        ? same(`${wordsOf(now)}, as before.`)
        : raised(config, now, before);
    },
  },
];

const suspendedIn = ({ suspended }: Sizes): string => suspended.toSorted().join(', ');

function isSame(now: Sizes, before: Sizes): boolean {
  const isSuspendedAlike = suspendedIn(now) === suspendedIn(before);
  return now.min === before.min && now.max === before.max && isSuspendedAlike;
}

function wordsOf(sizes: Sizes): string {
  const suspended = suspendedIn(sizes);
  const words = `minimum ${sizes.min}, desired ${sizes.desired}, maximum ${sizes.max}`;
  return suspended === '' ? words : `${words}, suspended: ${suspended}`;
}

function raised(config: AutoScalingGroup, now: Sizes, before: Sizes): Comparison {
  const apply = `Instances go away while ${config.instances} are needed to carry the load.`;
  return {
    why: '',
    differences: [
      {
        danger: 'capacity-taken',
        found: wordsOf(now),
        before: wordsOf(before),
        apply,
        change: changeOf(config, now, before),
      },
    ],
  };
}

/**
 * CloudFormation sets the sizes to those of the template whenever it updates the group, unless an
 * update policy says otherwise (AWS CDK API Reference, CfnAutoScalingScheduledAction). Suspended
 * processes are an argument of Terraform's alone.
 */
function changeOf({ group }: AutoScalingGroup, now: Sizes, before: Sizes): CodeChange {
  const { min, desired, max } = now;
  const suspended = suspendedIn(now);
  const list = now.suspended.toSorted().map((each) => `"${each}"`);
  return {
    terraform: [
      `aws_autoscaling_group ${group}: min_size = ${min}, max_size = ${max}; ` +
        `desired_capacity = ${desired}, or leave it out.`,
      ...(suspended === suspendedIn(before)
        ? []
        : [`aws_autoscaling_group ${group}: suspended_processes = [${list.join(', ')}].`]),
    ],
    cloudFormation: [
      `AWS::AutoScaling::AutoScalingGroup ${group}: MinSize ${min}, MaxSize ${max}; ` +
        `DesiredCapacity ${desired}, or leave it out.`,
    ],
    cdk: [
      `autoscaling.AutoScalingGroup ${group}: minCapacity ${min}, maxCapacity ${max}; ` +
        `desiredCapacity ${desired}, or leave it out.`,
    ],
  };
}
