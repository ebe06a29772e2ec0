import { describeError } from '../core/errors.ts';
import type { IncidentCard } from '../core/incident-card.ts';
import { phaseName, phasesOf } from '../core/incident-card.ts';
import { logEvents } from '../core/log-events.ts';
import { phaseNotice } from '../core/notices.ts';
import { sayTaken } from './approvals/late-clicks.ts';
import { postReply } from './approvals/slack-replies.ts';
import { notificationDriver } from './drivers/notifications.ts';
import { readCard } from './incident-card.ts';
import { LedgerEntry } from './ledger.ts';
import { tellPhase } from './notify.ts';
import type { Plan } from './plan.ts';
import { Plans } from './plan.ts';
import type { Runtime } from './runtime.ts';
import type { Image, Item } from './stream-event.ts';
import { itemOf } from './stream-event.ts';

/** Phases that CloseIncident, Announce and RequestApproval tell by themselves, and with care. */
const toldElsewhere = ['opened', 'closed', 'approval-requested', 'approval-escalated'];

/**
 * Shows a change in the messages that were sent, and replies to whoever clicked; as well as
 * possible: a channel that fails holds nothing up.
 */
export async function showChange(runtime: Runtime, image: Image): Promise<void> {
  const item = itemOf(image);
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

async function show(runtime: Runtime, incidentId: string, item: Item): Promise<void> {
  const line = LedgerEntry.safeParse(item);
  const isPhase = line.success && phaseName(line.data.what) !== undefined;
  if (item.sk !== 'APPROVAL' && !isPhase) return;
  const card = await readCard(runtime, incidentId);
  const plans = Plans.parse(await runtime.loadPlans());
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
