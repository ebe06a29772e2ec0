import type { PlanPath } from '../plan-source.ts';
import { nearest } from '../plan-words.ts';
import { rule } from './rule.ts';
import type { Finding, PlanRule } from './rule.ts';

/** Names that have to be there, and names that must not be there twice. */
export const referenceRules: readonly PlanRule[] = [
  rule({
    id: 'database-ids-unique',
    why: 'The id names the database in the ledger: two of one name would share a promotion.',
    needs: ['databases'],
    check: ({ databases }) => repeated(databases, ['databases']),
  }),
  rule({
    id: 'fence-ids-unique',
    why: 'The id names what has to be put back: two of one name would lose one of them.',
    needs: ['fencing'],
    check: ({ fencing }) => repeated(fencing, ['fencing']),
  }),
  rule({
    id: 'compute-ids-unique',
    why: 'The id names what has to be put back: two of one name would lose one of them.',
    needs: ['compute'],
    check: ({ compute }) => repeated(compute, ['compute']),
  }),
  rule({
    id: 'traffic-ids-unique',
    why: 'The id names the route in the ledger and in fences.',
    needs: ['traffic'],
    check: ({ traffic }) => repeated(traffic, ['traffic']),
  }),
  rule({
    id: 'notification-ids-unique',
    why: 'The id names the channel in the log.',
    needs: ['notifications'],
    check: ({ notifications }) => repeated(notifications, ['notifications']),
  }),
  rule({
    id: 'probe-ids-unique',
    why: 'The id names the probe in the evidence that people decide by.',
    needs: ['detection'],
    check: ({ detection }) => [
      ...repeated(detection.probes, ['detection', 'probes']),
      ...repeated(detection.controls, ['detection', 'controls']),
    ],
  }),
  rule({
    id: 'alarms-unique',
    why: 'One of the two was probably meant to be another alarm.',
    needs: ['detection'],
    check: ({ detection: { alarms } }) =>
      alarms.flatMap((arn, index) =>
        alarms.indexOf(arn) < index
          ? [
              {
                path: ['detection', 'alarms', index],
                found: 'this alarm again',
                expected: 'each alarm once',
              },
            ]
          : [],
      ),
  }),
  rule({
    id: 'one-route-a-name',
    why: 'Two drivers of one DNS record would undo each other.',
    needs: ['traffic'],
    check: ({ traffic }) => {
      const names = traffic.map(({ name, recordType }) => `${recordType} ${name.toLowerCase()}`);
      return names.flatMap((name, index) =>
        names.indexOf(name) < index
          ? [
              {
                path: ['traffic', index, 'name'],
                found: `a second driver of ${name}`,
                expected: 'one driver for each name and record type',
              },
            ]
          : [],
      );
    },
  }),
  rule({
    id: 'edge-names-traffic',
    why: 'An edge fence moves the traffic by a driver of the same plan.',
    needs: ['fencing', 'traffic'],
    check: ({ fencing, traffic }) =>
      fencing.flatMap((fence, index) =>
        fence.kind === 'edge'
          ? missing(fence.traffic, ['fencing', index, 'traffic'], traffic, 'traffic')
          : [],
      ),
  }),
  rule({
    id: 'progress-names-database',
    why: 'Replication progress is that of a database of the same plan.',
    needs: ['detection', 'databases'],
    check: ({ detection, databases }) =>
      detection.probes.flatMap((probe, index) =>
        probe.kind === 'replicationProgress'
          ? missing(
              probe.database,
              ['detection', 'probes', index, 'database'],
              databases,
              'a database',
            )
          : [],
      ),
  }),
];

interface Named {
  readonly id: string;
}

function repeated(items: readonly Named[], section: PlanPath): Finding[] {
  const ids = items.map(({ id }) => id);
  return ids.flatMap((id, index) => {
    const first = ids.indexOf(id);
    const path = [...section, index, 'id'];
    const found = `"${id}", the id of ${section.join('.')}[${first}]`;
    return first < index ? [{ path, found, expected: 'an id of its own' }] : [];
  });
}

function missing(id: string, path: PlanPath, items: readonly Named[], of: string): Finding[] {
  const ids = items.map((item) => item.id);
  if (ids.includes(id)) return [];
  const guess = nearest(id, ids);
  const hint = guess === undefined ? '' : `; did you mean ${guess}?`;
  return [{ path, found: `"${id}"`, expected: `the id of ${of}: ${ids.join(', ')}${hint}` }];
}
