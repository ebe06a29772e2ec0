import { AutoScalingClient, DescribeScalingActivitiesCommand } from '@aws-sdk/client-auto-scaling';
import { ask } from '../../errors.ts';
import type { DriverContext } from '../driver.ts';
import type { AutoScalingGroup } from './schema.ts';

/**
 * The newest scaling activity that failed or was cancelled, in AWS's own words, such as
 * `InsufficientInstanceCapacity` or `VcpuLimitExceeded`: a shortage appears nowhere else (Amazon
 * EC2 Auto Scaling User Guide, Troubleshoot). Nobody keeps the time of the wish, so activities
 * older than the time that a warm-up may take are left out: they cannot belong to it.
 */
export async function describeShortage(
  config: AutoScalingGroup,
  { plan, runtime }: DriverContext,
): Promise<string | undefined> {
  const client = runtime.client(AutoScalingClient, plan.regions.standby);
  const command = new DescribeScalingActivitiesCommand({
    AutoScalingGroupName: config.group,
    MaxRecords: 50,
  });
  const answer = await ask('DescribeScalingActivities', () => client.send(command));
  const since = runtime.clock.now().getTime() - config.readyDeadlineSeconds * 1000;
  const failed = (answer.Activities ?? [])
    .filter(({ StatusCode }) => StatusCode === 'Failed' || StatusCode === 'Cancelled')
    .map(({ StartTime, StatusCode, StatusMessage, Description }) => ({
      at: StartTime?.getTime() ?? 0,
      words: `${StatusCode ?? ''}: ${StatusMessage ?? Description ?? 'no message'}`,
    }))
    .filter(({ at }) => at >= since)
    .toSorted((a, b) => b.at - a.at)[0];
  return failed === undefined ? undefined : `Auto Scaling reports ${failed.words}`;
}
