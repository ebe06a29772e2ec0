import type { KnownBlock } from '@slack/types';
import { approvers as saidYes } from '../approval/count.ts';
import { foundTitle } from '../approval/brief.ts';
import type { ShownRequest } from '../approval/request.ts';
import type { IncidentCard } from '../incident-card.ts';
import { context, fitted, header, instant, line, mentions, rich, titled, words } from './blocks.ts';
import { voteButtons } from './buttons.ts';

/** An open question with its buttons: what is down, the loss, what yes and no do, until when. */
export function questionBlocks(
  request: ShownRequest,
  headline: string,
  longest: number,
): KnownBlock[] {
  const { brief, expiresAt, incidentId } = request;
  return [
    header(headline),
    rich(line(...mentions(request), words(brief.question, longest))),
    titled(foundTitle[brief.subject], brief.down, longest),
    titled('What would be lost', [brief.loss], longest),
    ...(brief.warnings.length === 0 ? [] : [titled('Beware', brief.warnings, longest)]),
    titled('If you say yes', brief.yes, longest),
    titled('If you say no', brief.no, longest),
    rich(line(words('Until ', 20, true), instant(expiresAt), words(votes(request), 500))),
    voteButtons(request),
    context(`${incidentId}, evidence ${request.evidenceDigest.slice(0, 12)}`),
  ];
}

/** How a question ended, in one line. */
export function decisionWords({ decision }: ShownRequest): string {
  if (decision === undefined) return 'Open.';
  const { by, reason, decidedAt } = decision;
  const said = reason === '' ? '' : `: ${reason}`;
  if (decision.decision === 'expired') return `Expired at ${decidedAt}${said}`;
  const verb = decision.decision === 'approved' ? 'Approved' : 'Rejected';
  return `${verb} by ${by} at ${decidedAt}${said}`;
}

/** A question that is not open any more: who decided, or that a newer one stands. No buttons. */
export function closedQuestionBlocks(
  { incidentId, request, ending }: IncidentCard,
  digest: string,
): KnownBlock[] {
  if (request?.evidenceDigest === digest && request.decision !== undefined) {
    return fitted((longest) => decidedBlocks(request, longest));
  }
  const why =
    ending === undefined
      ? 'The evidence has changed: look at the newest message.'
      : 'The incident has ended.';
  return [
    header('This question is not asked any more'),
    rich(line(words(why, 200))),
    context(incidentId),
  ];
}

function decidedBlocks(request: ShownRequest, longest: number): KnownBlock[] {
  const { brief, incidentId, evidenceDigest } = request;
  return [
    header(decisionWords(request)),
    rich(line(words(brief.question, longest))),
    titled('Decision', [decisionWords(request)], longest),
    titled('What would be lost', [brief.loss], longest),
    context(`${incidentId}, evidence ${evidenceDigest.slice(0, 12)}`),
  ];
}

function votes(request: ShownRequest): string {
  const yes = saidYes(request);
  const { approvalsNeeded } = request;
  if (yes.length > 0) return `. ${yes.length} of ${approvalsNeeded} said yes: ${yes.join(', ')}.`;
  return approvalsNeeded === 1 ? '.' : `. ${approvalsNeeded} must say yes.`;
}
