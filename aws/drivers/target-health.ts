import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ask } from '../errors.ts';
import type { DriverContext } from './driver.ts';

/** The number of targets that the load balancer calls healthy. */
export async function countHealthyTargets(
  targetGroup: string,
  { plan, runtime }: DriverContext,
): Promise<number> {
  const client = runtime.client(ElasticLoadBalancingV2Client, plan.regions.standby);
  const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup });
  const answer = await ask('DescribeTargetHealth', () => client.send(command));
  const targets = answer.TargetHealthDescriptions ?? [];
  return targets.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length;
}
