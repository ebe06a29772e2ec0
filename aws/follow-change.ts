import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { describeError } from '../core/errors.ts';
import type { IncidentCard } from '../core/incident-card.ts';
import { phaseName, phasesOf } from '../core/incident-card.ts';
import { logEvents } from '../core/log-events.ts';
import { phaseNotice } from '../core/notices.ts';
import { countLateClick, sayTaken } from './approvals/late-clicks.ts';
import { postReply } from './approvals/slack-replies.ts';
import { wake } from './approvals/wake.ts';
import { notificationDriver } from './drivers/notifications.ts';
import { readCard } from './incident-card.ts';
import { LedgerEntry } from './ledger.ts';
import { tellPhase } from './notify.ts';
import { Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';
import type { Image } from './stream-event.ts';

const Attributes = z.custom<Record<string, AttributeValue>>(
  (value) => typeof value === 'object' && value !== null,
);
const Changed = z.looseObject({ pk: z.string(), sk: z.string() });
const Decided = z.object({
  pk: z.string(),
  sk: z.literal('APPROVAL'),
  taskToken: z.string(),
  decision: z.record(z.string(), z.unknown()),
});

/** Phases that CloseIncident, Announce and RequestApproval tell by themselves, and with care. */
const toldElsewhere = ['opened', 'closed', 'approval-requested', 'approval-escalated'];

/**
 * Wakes the workflow if the item is a question that was decided. Must succeed, and reads no more of
 * the item than it needs: a question of another version is no reason to sleep on.
 */
export async function wakeIfDecided(runtime: Runtime, image: Image): Promise<void> {
  const item = Decided.safeParse(unmarshall(Attributes.parse(image)));
  if (!item.success) return;
  const { pk, taskToken } = item.data;
  await wake(runtime, taskToken);
  runtime.log.info(logEvents.workflowWoken, { pk });
}

/** Counts a click that was handed over; leaves every other item alone. Must succeed. */
export async function countIfClick(runtime: Runtime, image: Image): Promise<void> {
  const item = Changed.parse(unmarshall(Attributes.parse(image)));
  if (item.sk.startsWith('CLICK#')) await countLateClick(runtime, item);
}

/**
 * Shows a change in the messages that were sent, and replies to whoever clicked; as well as
 * possible: a channel that fails holds nothing up.
 */
export async function showChange(runtime: Runtime, image: Image): Promise<void> {
  const item = Changed.parse(unmarshall(Attributes.parse(image)));
  const incidentId = /^INCIDENT#(.+)$/.exec(item.pk)?.[1];
  if (incidentId === undefined) return;
  try {
    if (item.sk.startsWith('REPLY#')) await postReply(runtime, item);
    if (item.sk.startsWith('CLICK#')) await sayTaken(runtime, item);
    await show(runtime, incidentId, item);
  } catch (error) {
    const problem = describeError(error);
    runtime.log.error(logEvents.changeNotTold, { incident: incidentId, sk: item.sk, problem });
  }
}

async function show(
  runtime: Runtime,
  incidentId: string,
  item: z.infer<typeof Changed>,
): Promise<void> {
  const line = LedgerEntry.safeParse(item);
  const isPhase = line.success && phaseName(line.data.what) !== undefined;
  if (item.sk !== 'APPROVAL' && !isPhase) return;
  const card = await readCard(runtime, incidentId);
  const plans = z.array(Plan).parse(await runtime.loadPlans());
  const plan = plans.find(({ name }) => name === card?.plan);
  if (card === undefined || plan === undefined) return;
  await refresh(runtime, plan, card);
  // The stream is a second behind: after the ending a phase would only confuse.
  if (card.ending !== undefined || !line.success || !isPhase) return;
  if (toldElsewhere.includes(line.data.what)) return;
  for (const phase of phasesOf([line.data])) {
    await tellPhase(runtime, plan, phaseNotice(card, phase));
  }
}

async function refresh(runtime: Runtime, plan: Plan, card: IncidentCard): Promise<void> {
  await Promise.all(
    plan.notifications.map(async (channel) => {
      try {
        await notificationDriver(channel).refresh(card, { plan, runtime });
      } catch (error) {
        const problem = describeError(error);
        runtime.log.error(logEvents.changeNotTold, { channel: channel.id, problem });
      }
    }),
  );
}
