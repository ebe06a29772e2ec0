import * as z from 'zod';
import type { ApprovalRequest } from '../approval/request.ts';
import type { Rule } from '../rules.ts';
import type { Press } from './buttons.ts';
import { readPress } from './buttons.ts';

/** What Slack sends for a click, as far as it is used. */
const BlockActions = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string().regex(/^[UW][A-Z0-9]{2,20}$/) }),
  response_url: z.string().optional(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
});
const Typed = z.object({ type: z.string() });

/** A click on one of our buttons. */
export interface SlackClick {
  readonly userId: string;
  readonly responseUrl: string | undefined;
  readonly press: Press;
}

/** What a request asks for. `ignored` is nothing of ours, and no mistake. */
export type SlackRequest =
  | { readonly kind: 'click'; readonly click: SlackClick }
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'malformed'; readonly why: string };

/** Reads the body of a request, a form with one field of JSON. Whose it is, the signature tells. */
export function readSlackRequest(rawBody: string): SlackRequest {
  const payload = parseJson(new URLSearchParams(rawBody).get('payload') ?? '');
  const typed = Typed.safeParse(payload);
  if (!typed.success) return { kind: 'malformed', why: 'The form has no payload with a type.' };
  const { type } = typed.data;
  if (type !== 'block_actions') return { kind: 'ignored', why: `Nothing is done on ${type}.` };
  const parsed = BlockActions.safeParse(payload);
  if (!parsed.success) return { kind: 'malformed', why: 'The payload lacks what a click has.' };
  const { user, response_url: responseUrl, actions } = parsed.data;
  const [press] = actions.flatMap(({ action_id, value = '' }) => readPress(action_id, value) ?? []);
  if (press === undefined) return { kind: 'ignored', why: 'The button is none of ours.' };
  return { kind: 'click', click: { userId: user.id, responseUrl, press } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is known when a click is about to become a vote. */
export interface PressFacts {
  readonly press: Press;
  readonly request: Pick<ApprovalRequest, 'plan' | 'evidenceDigest'> | undefined;
  /** The plans one of whose Slack channels holds the secret that signed the click. */
  readonly signedPlans: readonly string[];
}

/** Whether a click may vote at all: the first row that matches decides. */
export const pressRules: readonly Rule<PressFacts, 'refuse' | 'vote'>[] = [
  {
    id: 'nothing-asked',
    when: ({ request }) => request === undefined,
    then: 'refuse',
    why: 'This incident asks for no approval.',
  },
  {
    id: 'channel-of-another-plan',
    when: ({ request, signedPlans }) => !signedPlans.includes(request?.plan ?? ''),
    then: 'refuse',
    why: 'This channel does not belong to the plan of the incident.',
  },
  {
    id: 'superseded',
    when: ({ request, press }) => request?.evidenceDigest.startsWith(press.digest) !== true,
    then: 'refuse',
    why: 'The evidence has changed since this was asked: look at the newest message.',
  },
  {
    id: 'may-vote',
    when: () => true,
    then: 'vote',
    why: 'The click is for the question that is asked now.',
  },
];
