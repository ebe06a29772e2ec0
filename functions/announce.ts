import * as z from 'zod';
import { readCardIfPossible } from '../aws/incident-card.ts';
import { tell } from '../aws/notify.ts';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { Incident } from '../core/incident.ts';
import { declinedNotice, openedNotice } from '../core/notices.ts';

/**
 * States AnnounceIncident and AnnounceDecline: tells people what an alarm came to. An alarm that
 * no plan names has nobody to tell; it is in the log and in the ledger. Safe to repeat: the
 * incident, or the reason that names a declined alarm and its time, is the same for every attempt.
 */
export const announce = defineStep({
  name: 'Announce',
  input: z.discriminatedUnion('notice', [
    z.strictObject({
      notice: z.literal('opened'),
      plan: Plan,
      incident: Incident,
      why: z.string(),
    }),
    z.strictObject({
      notice: z.literal('declined'),
      plan: Plan.nullable(),
      incident: z.null(),
      why: z.string(),
    }),
  ]),
  async run(input, runtime) {
    if (input.plan === null) return { told: [], why: 'No plan says whom to tell.' };
    const message =
      input.notice === 'opened'
        ? openedNotice(
            input.incident,
            input.why,
            await readCardIfPossible(runtime, input.incident.id),
          )
        : declinedNotice(input.plan.name, input.why);
    const { channels: told } = await tell(runtime, input.plan, message);
    return { told, why: `Told over ${told.join(', ')}.` };
  },
});

export const handler = toHandler(announce);
