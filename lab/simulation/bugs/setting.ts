import * as z from 'zod';
import { Plan } from '../../../aws/plan.ts';
import { Template } from '../../template.ts';
import { Durations } from '../search/setting.ts';

/** What a thread of the hunt is given besides its bug. */
export const Setting = z.object({ plan: Plan, template: Template, durations: Durations });
