import type { KnownBlock } from '@slack/types';
import type { IncidentCard } from '../incident-card.ts';
import { consoleUrl } from '../text.ts';
import {
  context,
  fitted,
  header,
  instant,
  line,
  mostLines,
  rich,
  titled,
  words,
} from './blocks.ts';
import { decisionWords, questionBlocks } from './question.ts';

/** The one message of an incident, as it is now. */
export function cardBlocks(card: IncidentCard): KnownBlock[] {
  return fitted((longest) => [
    ...topOf(card, longest),
    titled('Alarm', [card.alarm, card.alarmReason], longest),
    ...phasesOf(card, longest),
    rich(
      line(words('Opened ', 20), instant(card.openedAt), words(' · ', 5), {
        type: 'link',
        url: consoleUrl(card.executionArn),
        text: 'Execution',
      }),
    ),
    context(`Incident ${card.incidentId} of plan ${card.plan}`),
  ]);
}

/** The card in one line: what a notification shows. */
export function stateOf({ plan, ending, request, phases }: IncidentCard): string {
  if (ending !== undefined) return `[${plan}] ${ending.outcome}: ${ending.why}`;
  if (request !== undefined && request.decision === undefined) return `[${plan}] Decision needed`;
  return `[${plan}] ${phases.at(-1)?.name ?? 'Outage suspected'}`;
}

function topOf(card: IncidentCard, longest: number): KnownBlock[] {
  const { request, ending } = card;
  if (ending === undefined && request !== undefined && request.decision === undefined) {
    // Whoever is asked gets a message of their own: a mention in an update rings for nobody.
    const approvers = request.approvers.map(({ name }) => ({ name }));
    return questionBlocks({ ...request, approvers }, stateOf(card), longest);
  }
  const decision = request?.decision === undefined ? [] : [decisionWords(request)];
  return [
    header(stateOf(card)),
    ...(ending === undefined ? [] : [titled('Ended', [ending.why], longest)]),
    ...(decision.length === 0 ? [] : [titled('Decision', decision, longest)]),
  ];
}

function phasesOf({ phases }: IncidentCard, longest: number): KnownBlock[] {
  const latest = phases.slice(-mostLines(longest));
  if (latest.length === 0) return [];
  const lines = latest.map(({ name, at, why }) =>
    line(instant(at), words(` ${name}: `, Math.min(100, longest), true), words(why, longest)),
  );
  const list = { type: 'rich_text_list', style: 'bullet', elements: lines } as const;
  return [rich(line(words('What happened', 50, true)), list)];
}
