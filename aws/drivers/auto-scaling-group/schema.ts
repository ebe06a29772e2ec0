import * as z from 'zod';
import { Name } from '../../../core/plan/fields.ts';

/** The ARN of an Elastic Load Balancing target group. */
export const TargetGroupArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/.+$/,
    'must be the ARN of a target group, arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID',
  );

/** An EC2 Auto Scaling group in the standby Region: minimum and desired are raised together. */
export const AutoScalingGroup = z.strictObject({
  kind: z.literal('autoScalingGroup'),
  id: Name,
  group: z.string().min(1).max(255),
  /** Instances needed to carry the load. Never scales down. */
  instances: z.int().min(1).max(10_000),
  /** Where they must be healthy before traffic moves. */
  targetGroup: TargetGroupArn.optional(),
  readyDeadlineSeconds: z.int().min(10).max(3600).default(900),
});
export type AutoScalingGroup = z.infer<typeof AutoScalingGroup>;
