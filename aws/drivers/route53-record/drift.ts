import type { CodeChange, Comparison } from '../../../core/drift/difference.ts';
import { same } from '../../../core/drift/difference.ts';
import type { DriftDriver } from '../driver.ts';
import { parseBefore, parseSnapshot } from '../snapshot.ts';
import { isOurs, route53Record, Snapshot } from './driver.ts';
import type { RecordSet } from './records.ts';
import { isSame } from './records.ts';
import type { Route53Record } from './schema.ts';

/** Without a snapshot the plan tells: before a failover the records do not say standby. */
export const route53RecordDrift: DriftDriver<Route53Record> = (config, context) => [
  {
    what: `record ${config.name} ${config.recordType} in ${config.hostedZoneId} (${config.id})`,
    compare: async () => {
      const now = parseSnapshot(Snapshot, await route53Record.snapshot(config, context));
      const ours = now.records.filter((record) => isOurs(config, record));
      const kept = await context.before();
      const before = kept.known ? parseBefore(Snapshot, kept) : undefined;
      if (before === undefined)
        return now.atStandby ? moved(config, ours, undefined) : same(`${listOf(ours)}.`);
      const old = before.records.filter((record) => isOurs(config, record));
      return old.every((record) => ours.some((each) => isSame(each, record)))
        ? same(`${listOf(ours)}, as before.`)
        : moved(config, ours, old);
    },
  },
];

function moved(
  config: Route53Record,
  now: readonly RecordSet[],
  before: readonly RecordSet[] | undefined,
): Comparison {
  return {
    why: '',
    differences: [
      {
        danger: 'clients-sent-back',
        found: listOf(now),
        before: before === undefined ? beforeByPlan(config) : listOf(before),
        apply: `The clients of ${config.name} are sent to the old primary again.`,
        change: changeOf(config, now),
      },
    ],
  };
}

/** What the plan says of the records before a failover. */
function beforeByPlan(config: Route53Record): string {
  switch (config.routing) {
    case 'simple':
      return `${config.primary.join(', ')} by the plan; the TTL is not known`;
    case 'weighted':
      return `the weights are not known; by the plan ${config.primary} was served`;
    case 'failover':
      return `${config.primary} PRIMARY, ${config.standby} SECONDARY by the plan`;
  }
}

function changeOf(config: Route53Record, records: readonly RecordSet[]): CodeChange {
  const named = ({ SetIdentifier }: RecordSet): string =>
    `${config.name} ${config.recordType}${SetIdentifier === undefined ? '' : ` ${SetIdentifier}`}`;
  const each = (words: (record: RecordSet) => string): string[] => records.map(words);
  return {
    terraform: each((record) => `aws_route53_record ${named(record)}: ${terraformOf(record)}.`),
    cloudFormation: each((record) => `AWS::Route53::RecordSet ${named(record)}: ${cfnOf(record)}.`),
    cdk: each(
      (record) => `route53.CfnRecordSet ${named(record)}, or what makes it: ${cdkOf(record)}.`,
    ),
  };
}

const valuesIn = ({ ResourceRecords = [] }: RecordSet): string[] =>
  ResourceRecords.map(({ Value }) => Value);

/** Names of arguments: AWS provider, `aws_route53_record`. */
function terraformOf(record: RecordSet): string {
  const { Weight, Failover, TTL } = record;
  if (Weight !== undefined) return `weighted_routing_policy { weight = ${Weight} }`;
  if (Failover !== undefined) return `failover_routing_policy { type = "${Failover}" }`;
  const list = valuesIn(record).map((value) => `"${value}"`);
  return `records = [${list.join(', ')}], ttl = ${TTL ?? 'none'}, no alias`;
}

function cfnOf(record: RecordSet): string {
  const { Weight, Failover, TTL } = record;
  if (Weight !== undefined) return `Weight ${Weight}`;
  if (Failover !== undefined) return `Failover ${Failover}`;
  return `ResourceRecords ${valuesIn(record).join(', ')}, TTL ${TTL ?? 'none'}, no AliasTarget`;
}

function cdkOf(record: RecordSet): string {
  const { Weight, Failover, TTL } = record;
  if (Weight !== undefined) return `weight ${Weight}`;
  if (Failover !== undefined) return `failover ${Failover}`;
  return `resourceRecords ${valuesIn(record).join(', ')}, ttl ${TTL ?? 'none'}, no aliasTarget`;
}

function listOf(records: readonly RecordSet[]): string {
  return records.map(wordsOf).join('; ');
}

function wordsOf(record: RecordSet): string {
  const { SetIdentifier, Weight, Failover, TTL, AliasTarget } = record;
  const target = AliasTarget === undefined ? valuesIn(record).join(', ') : AliasTarget.DNSName;
  const parts = [
    SetIdentifier,
    Failover,
    Weight === undefined ? undefined : `weight ${Weight}`,
    target,
    TTL === undefined ? undefined : `TTL ${TTL}`,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}
