import * as z from 'zod';
import type { Plan } from '../../../aws/plan.ts';
import { stackOf } from '../../stack-of.ts';
import type { Machine } from '../../stack-of.ts';
import type { Template } from '../../template.ts';

/** How long the parts of the world take, as it travels between threads. Seconds. */
export const Durations = z.strictObject({
  promotionSeconds: z.number(),
  launchSeconds: z.number(),
  healthCheckSeconds: z.number(),
  recordSeconds: z.number(),
  lagSeconds: z.number(),
  alarmSeconds: z.number(),
});

/** A search turns every stone: its world is brisk, so that a run takes milliseconds. */
export const briskDurations: z.infer<typeof Durations> = {
  promotionSeconds: 6,
  launchSeconds: 4,
  healthCheckSeconds: 3,
  recordSeconds: 3,
  lagSeconds: 0.4,
  alarmSeconds: 0,
};

/** The state machines, as the template binds them. */
export function machinesOf(template: Template, plan: Plan): readonly Machine[] {
  return [...stackOf(template, plan.regions.standby).machines.values()];
}
