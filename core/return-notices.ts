import { digestOf } from './digest.ts';
import type { Incident } from './incident.ts';
import type { Message } from './messages.ts';
import { subject } from './messages.ts';
import type { Reconciliation } from './plan/reconciliation.ts';
import type { Tried } from './watch.ts';

/** What of a plan says how the writes that never crossed are found. */
interface Finding {
  readonly name: string;
  readonly reconciliation?: Pick<Reconciliation, 'start'> | undefined;
}

/** What finds them, in words for people. */
export function findWords({ name, reconciliation }: Finding, stackOptions: string): string {
  if (reconciliation === undefined)
    return 'npx failover compare --old URL --writer URL --report DIR';
  const byHand = `npx failover reconcile ${name} --reason "..." ${stackOptions}`;
  return reconciliation.start === 'automatic'
    ? `It is looked for by itself, once a snapshot is made; or start it: ${byHand}`
    : byHand;
}

/**
 * The old primary's Region answers again after the failover, and its fences were tried.
 * @param next how the writes that never crossed are found
 */
export function returnedNotice(
  incident: Pick<Incident, 'id' | 'plan'>,
  tried: readonly Tried[],
  next: string,
): Message {
  const grades = new Set(tried.map(({ grade }) => grade));
  const [state, words] = tried.some(({ isComplete }) => !isComplete)
    ? ['CANNOT BE FENCED', 'A fence did not go up: it may take writes. Fence it by hand, now.']
    : grades.has('attempted')
      ? ['is fenced, not proved', 'No proof says that it takes no writes: look at it now.']
      : ['is fenced', 'It takes no writes.'];
  return {
    turn: 'returned',
    subject: subject(`[${incident.plan}] The old primary is back and ${state} (${incident.id})`),
    body: [
      `The old primary's Region answers again after the failover. ${words}`,
      ...tried.map(({ id, grade, why }) => `Fence ${id}: ${grade}. ${why}`),
      'What it took and the standby lacks is still there. Find it before anything is rebuilt:',
      next,
    ].join('\n'),
    deduplicationKey: `${incident.id}#returned#${digestOf(tried.map(({ id, grade }) => `${id} ${grade}`))}`,
    urgency: 'page',
    card: null,
    question: null,
  };
}

/** The data of an old primary is kept, or cannot be; `before` is how often people were told of it. */
export function preservedNotice(
  incident: Pick<Incident, 'id' | 'plan'>,
  { id, outcome, why }: { readonly id: string; readonly outcome: string; readonly why: string },
  before: number,
): Message {
  const state = outcome === 'kept' ? 'is kept as a snapshot' : 'is NOT KEPT';
  return {
    turn: 'returned',
    subject: subject(`[${incident.plan}] The old primary of ${id} ${state} (${incident.id})`),
    body: why,
    deduplicationKey: `${incident.id}#evidence#${id}#${outcome}#${before}`,
    urgency: outcome === 'kept' ? 'info' : 'page',
    card: null,
    question: null,
  };
}

/** What accounts for an old primary was to begin by itself, and did not; it is tried again. */
export function notBegunNotice(
  incident: Pick<Incident, 'id' | 'plan'>,
  why: string,
  stackOptions: string,
): Message {
  return {
    turn: 'returned',
    subject: subject(`[${incident.plan}] No reconciliation has begun (${incident.id})`),
    body: [
      'The old primary is fenced and kept. What it holds was to be accounted for, and is not yet.',
      why,
      'It is tried again every quarter of an hour; or start it: npx failover reconcile ' +
        `${incident.plan} --reason "..." ${stackOptions}`,
    ].join('\n'),
    deduplicationKey: `${incident.id}#not-begun#${digestOf(why)}`,
    urgency: 'page',
    card: null,
    question: null,
  };
}
