import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { ApprovalRequest } from '../core/approval/request.ts';
import { describeError } from '../core/errors.ts';
import type { IncidentCard } from '../core/incident-card.ts';
import { phaseName, phasesOf } from '../core/incident-card.ts';
import { logEvents } from '../core/log-events.ts';
import { phaseNotice } from '../core/notices.ts';
import { postReply } from './approvals/slack-replies.ts';
import { wake } from './approvals/wake.ts';
import { notificationDriver } from './drivers/notifications.ts';
import { readCard } from './incident-card.ts';
import { LedgerEntry } from './ledger.ts';
import { tellPhase } from './notify.ts';
import { Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';

const Attributes = z.custom<Record<string, AttributeValue>>(
  (value) => typeof value === 'object' && value !== null,
);
const Changed = z.looseObject({ pk: z.string(), sk: z.string() });

/** Phases that CloseIncident, Announce and RequestApproval tell by themselves, and with care. */
const toldElsewhere = ['opened', 'closed', 'approval-requested', 'approval-escalated'];

/**
 * Does what a change of an item asks for. Waking the workflow comes first and must succeed; what
 * people are shown is done as well as possible, and a channel that fails holds nothing up.
 */
export async function followChange(
  runtime: Runtime,
  image: Readonly<Record<string, unknown>>,
): Promise<void> {
  const item = Changed.parse(unmarshall(Attributes.parse(image)));
  const incidentId = /^INCIDENT#(.+)$/.exec(item.pk)?.[1];
  if (incidentId === undefined) return;
  if (item.sk === 'APPROVAL') await wakeIfDecided(runtime, ApprovalRequest.parse(item));
  try {
    if (item.sk.startsWith('REPLY#')) await postReply(runtime, item);
    await show(runtime, incidentId, item);
  } catch (error) {
    const problem = describeError(error);
    runtime.log.error(logEvents.changeNotTold, { incident: incidentId, sk: item.sk, problem });
  }
}

async function wakeIfDecided(runtime: Runtime, request: ApprovalRequest): Promise<void> {
  const { decision, taskToken, incidentId } = request;
  if (decision === undefined || taskToken === undefined) return;
  await wake(runtime, taskToken);
  runtime.log.info(logEvents.workflowWoken, { incident: incidentId, decision });
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
