import * as z from 'zod';
import type { Plan } from '../../aws/plan.ts';
import type { Json } from '../../core/json.ts';

const Event = z.looseObject({ detail: z.looseObject({ alarmName: z.string() }) });

/** The same event for the first alarm of another plan. */
export function alarmEventFor(plan: Plan, event: Json): Json {
  const [arn = ''] = plan.detection.alarms;
  const parsed = Event.parse(event);
  const alarmName = arn.split(':').slice(6).join(':');
  const changed = {
    ...parsed,
    region: plan.regions.standby,
    resources: [arn],
    detail: { ...parsed.detail, alarmName },
  };
  return z.json().parse(changed);
}
