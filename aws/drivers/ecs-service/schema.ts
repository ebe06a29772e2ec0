import * as z from 'zod';
import { matching, Name } from '../../../core/plan/fields.ts';
import { TargetGroupArn } from '../auto-scaling-group/schema.ts';

/** An ECS service in the standby Region. A scalable target's minimum is raised with it. */
export const EcsService = z.strictObject({
  kind: z.literal('ecsService'),
  id: Name,
  cluster: matching(/^[A-Za-z0-9_-]{1,255}$/, 'the name of an ECS cluster, not its ARN'),
  service: matching(/^[A-Za-z0-9_-]{1,255}$/, 'the name of an ECS service, not its ARN'),
  /** Tasks needed to carry the load. Never scales down. */
  tasks: z.int().min(1).max(5000),
  targetGroup: TargetGroupArn.optional(),
  readyDeadlineSeconds: z.int().min(10).max(3600).default(600),
});
export type EcsService = z.infer<typeof EcsService>;
