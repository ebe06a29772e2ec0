import { takesWrites } from '../world/facts.ts';
import type { Invariant, Seen } from './invariant.ts';
import { itemsOf } from './reads.ts';

const bothWrite = ({ ghost: { facts } }: Seen): boolean =>
  takesWrites(facts, 'primary') && takesWrites(facts, 'standby');

/** Who may take writes, and what becomes of those that were acknowledged. */
export const writerInvariants: readonly Invariant[] = [
  {
    id: 'S1',
    promise: 1,
    title: 'at most one database takes writes, unless a named human accepted two',
    premise: (event, { ghost }) => event.kind === 'promoted' && !ghost.acceptsDivergence,
    check: (event, seen) =>
      event.kind !== 'call' &&
      event.kind !== 'answer' &&
      seen.ghost.facts.promotionsByHand === 0 &&
      bothWrite(seen) &&
      !seen.ghost.acceptsDivergence
        ? 'Both databases take writes, and nobody accepted that.'
        : undefined,
  },
  {
    id: 'S2',
    promise: 1,
    title: 'the name leads only to a database that is a writer, and never nowhere',
    premise: (event) => event.kind === 'route',
    check: (event, { ghost: { facts, plan } }) => {
      if (event.kind !== 'route') return undefined;
      if (event.side === 'nowhere') return 'The DNS gives no answer for the name.';
      // A fence at the edge moves clients before the promotion, so that they fail closed.
      if (plan.fencing.some(({ kind }) => kind === 'edge')) return undefined;
      return event.side === 'standby' && !facts.databases.isWriter('standby')
        ? 'The DNS leads to a standby that is no writer.'
        : undefined;
    },
  },
  {
    id: 'S8',
    promise: 5,
    title: 'at most one promotion takes effect in an incident',
    premise: (event) => event.kind === 'promoted' && event.by === 'workflow',
    check: (event, { ghost }) =>
      event.kind === 'promoted' && ghost.promotionsByWorkflow > ghost.plan.databases.length
        ? `${ghost.promotionsByWorkflow} promotions took effect.`
        : undefined,
  },
  {
    id: 'S20',
    promise: 9,
    of: 'all',
    title: 'every acknowledged write is on the writer, or on the old primary and counted as lost',
    premise: (event) => event.kind === 'finished',
    atEnd: ({ ghost: { clients, facts, clock } }) => {
      const at = clock.now().getTime();
      const found = new Set([
        ...facts.databases.commits('primary', at).map(({ write }) => write),
        ...facts.databases.commits('standby', at).map(({ write }) => write),
        // An old instance that was replaced is kept.
        ...facts.databases.kept.flatMap((log) => log.map(({ write }) => write)),
      ]);
      const { writes } = clients.ledger;
      const vanished = writes.findIndex(
        ({ result }, write) => result === 'acknowledged' && !found.has(write),
      );
      if (vanished >= 0) return `The acknowledged write ${vanished} is nowhere.`;
      const invented = [...found].find((write) => writes[write]?.result === 'refused');
      return invented === undefined ? undefined : `The refused write ${invented} was committed.`;
    },
  },
  {
    id: 'S23',
    promise: 7,
    of: 'all',
    title: 'a promotion is asked for only after its intent was written down',
    premise: (event) => event.kind === 'call' && event.call.command === 'PromoteReadReplicaCommand',
    check: (event, seen) =>
      event.kind === 'call' &&
      event.call.command === 'PromoteReadReplicaCommand' &&
      itemsOf(seen, '|INTENT#promote#').length === 0
        ? 'A promotion was asked for without an intent in the table.'
        : undefined,
  },
];
