import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Noted } from '../ghost.ts';
import type { SimulatedCall } from '../calls.ts';
import type { Invariant, Seen } from './invariant.ts';
import { enters, isSame } from './looks.ts';
import { lockOf } from './reads.ts';
import type { Opened } from './table.ts';
import { hasIntent, hasLine, incidentsIn } from './table.ts';

/** The incident whose run looks at the primary for the first time now. */
function openedBy(event: Noted, seen: Seen): Opened | undefined {
  if (event.kind !== 'state' || event.state !== 'ObserveOutage') return undefined;
  return incidentsIn(seen).find(({ execution }) => execution === event.execution);
}

/** Which alarms open an incident, and what an incident leaves in the table. */
export const incidentInvariants: readonly Invariant[] = [
  {
    id: 'S8b',
    promise: 6,
    title: 'after a promotion no alarm opens an incident until a human acknowledges',
    premise: (event, { ghost }) => event.kind === 'started' && ghost.promotionsByWorkflow > 0,
    check: (event, seen) => {
      const incident = openedBy(event, seen);
      if (incident === undefined) return undefined;
      const { promotedAt, acknowledgedAt } = lockOf(seen) ?? {};
      if (promotedAt === undefined) return undefined;
      return incident.openedAt > promotedAt && acknowledgedAt === undefined
        ? `${incident.id} was opened; a promotion was asked for at ${promotedAt}.`
        : undefined;
    },
  },
  {
    id: 'S8c',
    promise: 6,
    of: 'all',
    title: 'a promotion that was asked for starts the cool-down',
    premise: (event, seen) => event.kind === 'ended' && hasIntent(seen),
    check: (event, seen) =>
      event.kind === 'ended' && hasIntent(seen) && lockOf(seen)?.promotedAt === undefined
        ? 'The lock knows of no promotion.'
        : undefined,
  },
  {
    id: 'S8d',
    promise: 5,
    title: 'while a run holds the plan, no other alarm opens an incident',
    premise: (event, seen) => event.kind === 'started' && lockOf(seen)?.status === 'open',
    check: (event, seen) => {
      const incident = openedBy(event, seen);
      if (incident === undefined) return undefined;
      const { executions } = seen.stage.account;
      const other = incidentsIn(seen).find(
        ({ id, epoch, execution }) =>
          execution !== incident.execution &&
          epoch <= incident.epoch &&
          executions.some((each) => each.name === execution && each.status() === 'RUNNING') &&
          !hasLine(seen, id, 'closed') &&
          !hasLine(seen, id, 'execution-ended'),
      );
      return other === undefined ? undefined : `${other.id} is still open.`;
    },
  },
  {
    id: 'S9b',
    promise: 5,
    title: 'epochs only grow: each incident has one of its own',
    premise: (event, seen) => enters(event, 'ObserveOutage') && incidentsIn(seen).length > 1,
    check: (event, seen) => {
      if (!enters(event, 'ObserveOutage')) return undefined;
      const epochs = incidentsIn(seen).map(({ epoch }) => epoch);
      return new Set(epochs).size < epochs.length
        ? `Two incidents share an epoch: ${epochs.join(', ')}.`
        : undefined;
    },
  },
  {
    id: 'L4',
    promise: 6,
    title: 'a run that promotes nothing starts no cool-down',
    premise: (event) => event.kind === 'ended' && event.end === 'StoodDown',
    check: (event, seen) =>
      event.kind === 'ended' && !hasIntent(seen) && lockOf(seen)?.promotedAt !== undefined
        ? 'The next outage would be declined because of a promotion that never was.'
        : undefined,
  },
  {
    id: 'S23b',
    promise: 9,
    title: 'the story of an incident is only added to',
    premise: (event) => event.kind === 'call' && linesIn(event.call).length > 0,
    check: (event, { ghost }) => {
      if (event.kind !== 'call') return undefined;
      const changed = linesIn(event.call).find(({ key, item }) => {
        const before = ghost.world.items.get(key);
        return before !== undefined && !isSame(before, item());
      });
      return changed === undefined ? undefined : `${changed.key} is written over.`;
    },
  },
];

/** A part of the key of an item that is in DynamoDB's own form. */
function keyPart(attributes: object, name: 'pk' | 'sk'): string {
  const part: unknown = Reflect.get(attributes, name);
  return String(Reflect.get(Object(part), 'S'));
}

/** The lines of the story that a call writes, with their keys; few have to be unpacked. */
function linesIn({ command, input }: SimulatedCall): { key: string; item: () => object }[] {
  if (!/^(PutItem|TransactWriteItems)Command$/.test(command)) return [];
  const transaction: unknown = Reflect.get(Object(input), 'TransactItems');
  const puts: unknown[] = Array.isArray(transaction)
    ? transaction.map((each: unknown): unknown => Reflect.get(Object(each), 'Put'))
    : [input];
  return puts.flatMap((put) => {
    const attributes: unknown = Reflect.get(Object(put), 'Item');
    if (typeof attributes !== 'object' || attributes === null) return [];
    const [pk, sk] = [keyPart(attributes, 'pk'), keyPart(attributes, 'sk')];
    if (!sk.startsWith('LEDGER#')) return [];
    const item = () => unmarshall(Object.fromEntries(Object.entries(attributes)));
    return [{ key: `${String(Reflect.get(Object(put), 'TableName'))}|${pk}|${sk}`, item }];
  });
}
