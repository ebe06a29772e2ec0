import type * as z from 'zod';
import type { CodeChange, Comparison } from '../../../core/drift/difference.ts';
import { same } from '../../../core/drift/difference.ts';
import type { DriftDriver } from '../driver.ts';
import { parseBefore, parseSnapshot } from '../snapshot.ts';
import { ecsService, Snapshot } from './driver.ts';
import type { EcsService } from './schema.ts';

type Counts = z.infer<typeof Snapshot>;

/**
 * A warm-up raises the desired count, and the minimum of a scalable target. With a target the count
 * alone is no drift: scaling policies move it all day.
 */
export const ecsServiceDrift: DriftDriver<EcsService> = (config, context) => [
  {
    what:
      `ECS service ${config.service} in cluster ${config.cluster}, ` +
      `${context.plan.regions.standby} (${config.id})`,
    compare: async () => {
      const now = parseSnapshot(Snapshot, await ecsService.snapshot(config, context));
      const before = parseBefore(Snapshot, await context.before());
      if (before === undefined) return same(`${wordsOf(now)}; no incident raised it.`);
      return isSame(now, before)
        ? same(`${wordsOf(now)}, as before.`)
        : raised(config, now, before);
    },
  },
];

function isSame(now: Counts, before: Counts): boolean {
  if (now.limits === null || before.limits === null)
    return now.limits === before.limits && now.desired === before.desired;
  return now.limits.min === before.limits.min && now.limits.max === before.limits.max;
}

function wordsOf({ desired, limits }: Counts): string {
  const target =
    limits === null ? 'no scalable target' : `scalable target from ${limits.min} to ${limits.max}`;
  return `desired count ${desired}, ${target}`;
}

function raised(config: EcsService, now: Counts, before: Counts): Comparison {
  const apply = `Tasks go away while ${config.tasks} are needed to carry the load.`;
  return {
    why: '',
    differences: [
      {
        danger: 'capacity-taken',
        found: wordsOf(now),
        before: wordsOf(before),
        apply,
        change: changeOf(config, now),
      },
    ],
  };
}

/**
 * CloudFormation sets the count as soon as anything of the service changes in the template; where
 * DesiredCount is left out, it keeps the count that there is (aws/containers-roadmap#493 and
 * aws/aws-cdk#13130).
 */
function changeOf({ cluster, service }: EcsService, { desired, limits }: Counts): CodeChange {
  const name = `${cluster}/${service}`;
  const target = `service/${name}`;
  return {
    terraform: [
      `aws_ecs_service ${name}: desired_count = ${desired}, or ignore_changes = [desired_count].`,
      ...(limits === null
        ? []
        : [
            `aws_appautoscaling_target with the resource_id ${target}: ` +
              `min_capacity = ${limits.min}, max_capacity = ${limits.max}.`,
          ]),
    ],
    cloudFormation: [
      `AWS::ECS::Service ${name}: DesiredCount ${desired}, or leave it out.`,
      ...(limits === null
        ? []
        : [
            `AWS::ApplicationAutoScaling::ScalableTarget with the ResourceId ${target}: ` +
              `MinCapacity ${limits.min}, MaxCapacity ${limits.max}.`,
          ]),
    ],
    cdk: [
      `ecs.FargateService or ecs.Ec2Service ${name}: desiredCount ${desired}, or leave it out.`,
      ...(limits === null
        ? []
        : [
            `autoScaleTaskCount() of ${name}: ` +
              `minCapacity ${limits.min}, maxCapacity ${limits.max}.`,
          ]),
    ],
  };
}
