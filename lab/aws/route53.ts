import { InvalidChangeBatch, NoSuchHostedZone } from '@aws-sdk/client-route-53';
import * as z from 'zod';
import { LabRecord } from '../world/routing.ts';
import type { World } from '../world/world.ts';
import type { Service } from './service.ts';
import { modelled } from './service.ts';

const Change = z.strictObject({
  Action: z.enum(['CREATE', 'DELETE', 'UPSERT']),
  ResourceRecordSet: LabRecord,
});

const isSameKey = (a: LabRecord, b: LabRecord): boolean =>
  a.Name === b.Name && a.Type === b.Type && a.SetIdentifier === b.SetIdentifier;

/** Route 53's control plane: atomic batches that the DNS tells of after a while. */
export const route53: Service = {
  ...modelled(
    'ListResourceRecordSetsCommand',
    z.strictObject({
      HostedZoneId: z.string(),
      StartRecordName: z.string(),
      StartRecordType: z.string(),
      StartRecordIdentifier: z.string().optional(),
    }),
    (input, { world }) => ({
      ResourceRecordSets: structuredClone(zoneOf(world, input.HostedZoneId)),
      IsTruncated: false,
    }),
  ),

  ...modelled(
    'ChangeResourceRecordSetsCommand',
    z.strictObject({
      HostedZoneId: z.string(),
      ChangeBatch: z.strictObject({ Comment: z.string().optional(), Changes: z.array(Change) }),
    }),
    (input, { world }) => {
      const zone = zoneOf(world, input.HostedZoneId);
      const changed = input.ChangeBatch.Changes.reduce(apply, structuredClone(zone));
      zone.splice(0, zone.length, ...changed);
      world.routing.publish();
      return { ChangeInfo: { Id: '/change/C1', Status: 'PENDING' } };
    },
  ),
};

function zoneOf(world: World, id: string): LabRecord[] {
  const zone = world.routing.zones.get(id);
  if (zone !== undefined) return zone;
  throw new NoSuchHostedZone({ message: `No hosted zone found with ID: ${id}`, $metadata: {} });
}

function apply(records: LabRecord[], change: z.infer<typeof Change>): LabRecord[] {
  const { Action, ResourceRecordSet: record } = change;
  const known = records.find((each) => isSameKey(each, record));
  if (Action === 'CREATE' && known !== undefined) refuse(`${record.Name} exists already`);
  if (Action === 'DELETE' && JSON.stringify(sorted(known)) !== JSON.stringify(sorted(record))) {
    refuse(`${record.Name} is not as it was said to be`);
  }
  const others = records.filter((each) => !isSameKey(each, record));
  const next = Action === 'DELETE' ? others : [...others, record];
  const primaries = next.filter(
    ({ Failover, Name }) => Failover === 'PRIMARY' && Name === record.Name,
  );
  if (primaries.length > 1) refuse('two PRIMARY records of one name');
  return next;
}

function sorted(record: LabRecord | undefined): unknown {
  return record && Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function refuse(why: string): never {
  throw new InvalidChangeBatch({ message: why, messages: [why], $metadata: {} });
}
