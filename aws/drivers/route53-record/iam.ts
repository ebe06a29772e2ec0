import { normalizeName } from '../answers.ts';
import type { DriverIam } from '../driver.ts';
import type { Route53Record } from './schema.ts';

const zoneArn = ({ hostedZoneId }: Route53Record) =>
  `arn:\${AWS::Partition}:route53:::hostedzone/${hostedZoneId}`;

/**
 * One name, one type, one zone. `ForAllValues` alone would also match a request without the
 * keys, so that the zone's ARN is always bound (Route 53 Developer Guide, Specifying conditions).
 */
export const route53RecordIam: DriverIam<Route53Record> = {
  read: (config) => [{ actions: ['route53:ListResourceRecordSets'], resources: [zoneArn(config)] }],
  change: (config) => [
    {
      actions: ['route53:ChangeResourceRecordSets'],
      resources: [zoneArn(config)],
      condition: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': [normalizedName(config.name)],
          'route53:ChangeResourceRecordSetsRecordTypes': [config.recordType],
          'route53:ChangeResourceRecordSetsActions':
            config.routing === 'failover' ? ['CREATE', 'DELETE'] : ['UPSERT'],
        },
      },
    },
  ],
};

/** Lower case, no final dot, `*` as `\052`. */
function normalizedName(name: string): string {
  return normalizeName(name).replaceAll('*', '\\052');
}
