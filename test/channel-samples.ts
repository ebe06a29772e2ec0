import type { Receipts } from '../aws/drivers/driver.ts';
import { questionNotice } from '../core/approval/notices.ts';
import type { ShownRequest } from '../core/approval/request.ts';
import type { IncidentCard } from '../core/incident-card.ts';
import type { Message } from '../core/messages.ts';
import { askedAt, brief, sampleRequest } from './approval-samples.ts';

/** What somebody writes who wants to be read as markup, mention everybody or add a header. */
export const hostile =
  '<script>alert(1)</script> & "x" <!channel> <@U0EVIL> *bold* _it_ ~no~ `code` ' +
  '<https://evil.example|click> :boom: @here\r\nBcc: everybody@example.com \u202Egnp.exe\u0000';

/** The sample question as anybody may see it; fields may be replaced. */
export function shownRequest(change: Partial<ShownRequest> = {}): ShownRequest {
  const request = { ...sampleRequest(), ...change };
  delete request.taskToken;
  return request;
}

/** An incident of the drill's plan that nobody was asked about; fields may be replaced. */
export function sampleCard(change: Partial<IncidentCard> = {}): IncidentCard {
  return {
    incidentId: 'orders-1',
    plan: 'orders',
    openedAt: askedAt,
    alarm: brief.alarm,
    alarmReason: brief.alarmReason,
    executionArn: 'arn:aws:states:eu-central-1:111122223333:execution:failover:alarm-1',
    phases: [],
    request: undefined,
    ending: undefined,
    ...change,
  };
}

/** A message about the opening; fields may be replaced. */
export function sampleMessage(change: Partial<Message> = {}): Message {
  return {
    turn: 'opened',
    subject: '[orders] Outage suspected: orders-1',
    body: 'Incident orders-1 was opened.\nNothing was changed.',
    deduplicationKey: 'orders-1#opened',
    urgency: 'page',
    card: sampleCard(),
    question: null,
    ...change,
  };
}

/** The question as approvers are asked it; Olga has a link. */
export function sampleQuestion(
  turn = 'first',
  request: ShownRequest = shownRequest(),
  card: IncidentCard | null = sampleCard({ request }),
): Message {
  const links = new Map([['Olga Operator', 'https://door.example.com/approvals/orders-1?t=olga']]);
  return questionNotice(turn, { request, links }, card, '--region eu-central-1');
}

/** Receipts that a test can look at. */
export function keptReceipts(...known: string[]): Receipts & { readonly kept: Set<string> } {
  const kept = new Set(known);
  return {
    kept,
    has: (recipient) => kept.has(recipient),
    keep: (recipient) => {
      kept.add(recipient);
      return Promise.resolve();
    },
  };
}
