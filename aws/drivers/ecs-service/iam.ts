import type { Plan } from '../../plan.ts';
import { targetHealthStatements } from '../auto-scaling-group/iam.ts';
import type { DriverIam } from '../driver.ts';
import { inRegion } from '../statements.ts';
import { lastPart } from './scalable-target.ts';
import type { EcsService } from './schema.ts';

/** What reading and scaling the service needs, all of it in the standby Region. */
export const ecsServiceIam: DriverIam<EcsService> = {
  read: (config, plan) => [
    { actions: ['ecs:DescribeServices'], resources: [serviceArn(config, plan)] },
    inRegion(
      plan.regions.standby,
      ['application-autoscaling:DescribeScalableTargets'],
      'DescribeScalableTargets has no resource-level permissions.',
    ),
    ...targetHealthStatements(config.targetGroup, plan.regions.standby),
  ],
  change: (config, plan) => [
    { actions: ['ecs:UpdateService'], resources: [serviceArn(config, plan)] },
    inRegion(
      plan.regions.standby,
      ['application-autoscaling:RegisterScalableTarget'],
      'The ARN of a scalable target holds an id that no plan knows.',
    ),
  ],
};

function serviceArn({ cluster, service }: EcsService, { regions }: Plan): string {
  const path = `service/${lastPart(cluster)}/${lastPart(service)}`;
  return `arn:\${AWS::Partition}:ecs:${regions.standby}:\${AWS::AccountId}:${path}`;
}
