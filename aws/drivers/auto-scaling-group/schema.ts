import * as z from 'zod';
import { matching, Name } from '../../../core/plan/fields.ts';

/** The ARN of an Elastic Load Balancing target group. */
export const TargetGroupArn = matching(
  /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[A-Za-z0-9/-]+$/,
  'the ARN of a target group, arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID',
);

/** An EC2 Auto Scaling group in the standby Region: minimum and desired are raised together. */
export const AutoScalingGroup = z.strictObject({
  kind: z.literal('autoScalingGroup'),
  id: Name,
  /** Ends up in an IAM resource: wildcards and substitutions are no part of it. */
  group: matching(
    /^[A-Za-z0-9 _./@+=-]{1,255}$/,
    'the name of an Auto Scaling group, without *, ? and $',
  ),
  /** Instances needed to carry the load. Never scales down. */
  instances: z.int().min(1).max(10_000),
  /** Where they must be healthy before traffic moves. */
  targetGroup: TargetGroupArn.optional(),
  readyDeadlineSeconds: z.int().min(10).max(3600).default(900),
});
export type AutoScalingGroup = z.infer<typeof AutoScalingGroup>;
