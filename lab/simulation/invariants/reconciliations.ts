import * as z from 'zod';
import type { Invariant, Seen } from './invariant.ts';
import { enters } from './looks.ts';
import { itemsOf, onceAnItem } from './reads.ts';

const Question = z.object({
  brief: z.object({ subject: z.string() }),
  decision: z.object({ decision: z.string() }).optional(),
});

const parseQuestion = onceAnItem((item) => Question.safeParse(item).data);

/** Whether approvers have said yes to giving the writer what it lacks. */
const isApproved = (seen: Seen): boolean =>
  itemsOf(seen, '|APPROVAL').some(([, item]) => {
    const question = parseQuestion(item);
    return (
      question?.brief.subject === 'reconciliation' && question.decision?.decision === 'approved'
    );
  });

/** Writes of a place, by number. */
const writesOf = ({ ghost: { facts, clock } }: Seen, place: 'primary' | 'standby'): number[] =>
  facts.databases.commits(place, clock.now().getTime()).map(({ write }) => write);

/** What holds when the writes of an old primary are accounted for, whatever breaks on the way. */
export const reconcileInvariants: readonly Invariant[] = [
  {
    id: 'S21r',
    promise: 9,
    of: 'all',
    title: 'an old primary is compared only when it is fenced, and a snapshot of it is there',
    premise: (event) => enters(event, 'CompareDatabase'),
    check: (event, { ghost: { world, facts, plan } }) => {
      if (!enters(event, 'CompareDatabase')) return undefined;
      if (!facts.isFenced) return 'The old primary is not fenced.';
      const isKept = plan.databases.every(({ source }) =>
        [...world.snapshots].some(
          ([name, status]) => name.includes(`failover-${source}-before-`) && status === 'available',
        ),
      );
      return isKept ? undefined : 'No snapshot of the old primary is available.';
    },
  },
  {
    id: 'S22',
    promise: 9,
    of: 'all',
    title: 'what never crossed is given to the writer only after a yes, and each write once',
    premise: (_event, { ghost }) => ghost.facts.given.length > 0,
    check: (event, seen) => {
      const { given } = seen.ghost.facts;
      if (given.length === 0 || event.kind === 'call' || event.kind === 'answer') return undefined;
      if (!isApproved(seen)) return 'Writes were applied, and nobody approved it.';
      const twice = given.find((write, index) => given.indexOf(write) < index);
      return twice === undefined ? undefined : `The write ${twice} was applied twice.`;
    },
  },
  {
    id: 'L6r',
    promise: 9,
    of: 'all',
    title: 'an account is closed by itself only when the writer has every write of the old primary',
    premise: (event) => enters(event, 'Reconciled'),
    check: (event, seen) => {
      if (!enters(event, 'Reconciled')) return undefined;
      const present = new Set(writesOf(seen, 'standby'));
      const missing = writesOf(seen, 'primary').filter((write) => !present.has(write));
      return missing.length === 0 ? undefined : `${missing.length} writes are not on the writer.`;
    },
  },
];
