import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import type { Change, ListResourceRecordSetsCommandOutput } from '@aws-sdk/client-route-53';
import * as z from 'zod';
import { NotReadyError } from '../../../core/errors.ts';
import { ask } from '../../errors.ts';
import type { DriverContext } from '../driver.ts';
import { normalizeName } from '../answers.ts';
import type { Route53Record } from './schema.ts';

/**
 * A record set as Route 53 gives it. Simple, weighted and failover records have no other
 * attributes: latency, geography, CIDR and multivalue routing exclude these policies.
 */
export const RecordSet = z.object({
  Name: z.string(),
  Type: z.enum(['A', 'AAAA', 'CNAME']),
  SetIdentifier: z.string().optional(),
  Weight: z.int().optional(),
  Failover: z.enum(['PRIMARY', 'SECONDARY']).optional(),
  TTL: z.int().optional(),
  ResourceRecords: z.array(z.object({ Value: z.string() })).optional(),
  AliasTarget: z
    .object({
      HostedZoneId: z.string(),
      DNSName: z.string(),
      EvaluateTargetHealth: z.boolean(),
    })
    .optional(),
  HealthCheckId: z.string().optional(),
});
export type RecordSet = z.infer<typeof RecordSet>;

/** Every record set of the plan's name and type, in the order of Route 53. */
export async function listRecords(
  config: Route53Record,
  context: DriverContext,
): Promise<readonly RecordSet[]> {
  const found: RecordSet[] = [];
  const name = wireName(config.name);
  let start: { StartRecordIdentifier?: string } | undefined = {};
  while (start !== undefined) {
    const command: ListResourceRecordSetsCommand = new ListResourceRecordSetsCommand({
      HostedZoneId: config.hostedZoneId,
      StartRecordName: name,
      StartRecordType: config.recordType,
      ...start,
    });
    const answer: ListResourceRecordSetsCommandOutput = await ask('ListResourceRecordSets', () =>
      clientOf(context).send(command),
    );
    for (const record of answer.ResourceRecordSets ?? [])
      if (record.Type === config.recordType && isNamed(record.Name, name))
        found.push(RecordSet.parse(record));
    start = nextOf(answer, config, name);
  }
  return found;
}

/** Where the listing goes on, or undefined once it has passed the name and type. */
function nextOf(
  answer: ListResourceRecordSetsCommandOutput,
  config: Route53Record,
  name: string,
): { StartRecordIdentifier?: string } | undefined {
  const { IsTruncated, NextRecordName, NextRecordType, NextRecordIdentifier } = answer;
  const goesOn =
    IsTruncated === true && isNamed(NextRecordName, name) && NextRecordType === config.recordType;
  if (!goesOn || NextRecordIdentifier === undefined) return undefined;
  return { StartRecordIdentifier: NextRecordIdentifier };
}

/** The record with this set identifier. @throws NotReadyError if it is missing */
export function recordOf(
  records: readonly RecordSet[],
  identifier: string,
  config: Route53Record,
): RecordSet {
  const record = records.find(({ SetIdentifier }) => SetIdentifier === identifier);
  if (record !== undefined) return record;
  throw new NotReadyError(
    `${config.name} has no ${config.recordType} record ${identifier} in ` +
      `${config.hostedZoneId}. Nothing was changed.`,
  );
}

/** Sends the changes as one batch: Route 53 makes all of them or none. */
export async function changeRecords(
  config: Route53Record,
  changes: readonly Change[],
  context: DriverContext,
): Promise<void> {
  if (changes.length === 0) return;
  const command = new ChangeResourceRecordSetsCommand({
    HostedZoneId: config.hostedZoneId,
    ChangeBatch: { Comment: `failover of ${context.plan.name}`, Changes: [...changes] },
  });
  await ask('ChangeResourceRecordSets', () => clientOf(context).send(command));
}

/** Whether two record sets say the same; the order of values does not matter. */
export function isSame(a: RecordSet, b: RecordSet): boolean {
  const key = (record: RecordSet) =>
    JSON.stringify(
      RecordSet.parse({ ...record, Name: wireName(record.Name), ResourceRecords: undefined }),
    ) + JSON.stringify((record.ResourceRecords ?? []).map(({ Value }) => Value).toSorted());
  return key(a) === key(b);
}

/** Lower case, final dot, and `*` as Route 53 writes it. */
function wireName(name: string): string {
  return `${normalizeName(name).replaceAll('*', '\\052')}.`;
}

function isNamed(found: string | undefined, name: string): boolean {
  return found !== undefined && wireName(found) === name;
}

/** Route 53 has one endpoint for the whole partition; the Region only completes the client. */
function clientOf({ plan, runtime }: DriverContext): Route53Client {
  return runtime.client(Route53Client, plan.regions.standby);
}
