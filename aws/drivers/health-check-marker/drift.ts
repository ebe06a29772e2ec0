import type { Comparison } from '../../../core/drift/difference.ts';
import { same } from '../../../core/drift/difference.ts';
import type { DriftDriver } from '../driver.ts';
import { parseBefore, parseSnapshot } from '../snapshot.ts';
import { healthCheckMarker, Snapshot } from './driver.ts';
import type { HealthCheckMarker } from './schema.ts';

/**
 * The marker is seldom part of anybody's code: what loses it is code that empties the bucket. By
 * the plan no marker is there before a failover, so that no incident is needed to tell.
 */
export const healthCheckMarkerDrift: DriftDriver<HealthCheckMarker> = (config, context) => [
  {
    what: `marker s3://${config.bucket}/${config.key} (${config.id})`,
    compare: async () => {
      const now = parseSnapshot(Snapshot, await healthCheckMarker.snapshot(config, context));
      const kept = await context.before();
      const wasPresent = kept.known && parseBefore(Snapshot, kept)?.markerPresent === true;
      if (now.markerPresent === wasPresent) return same(wordsOf(now.markerPresent));
      return now.markerPresent ? put(config) : taken(config);
    },
  },
];

const wordsOf = (isPresent: boolean): string =>
  isPresent
    ? 'It is there, as before: the standby is served.'
    : 'It is not there, as before: the primary is served.';

/**
 * Terraform touches objects that it manages; CDK's BucketDeployment deletes what is not its own, by
 * `aws s3 sync --delete` (aws-cdk-lib, aws_s3_deployment). CloudFormation has no type for objects.
 */
function put({ name, bucket, key }: HealthCheckMarker): Comparison {
  return {
    why: '',
    differences: [
      {
        danger: 'clients-sent-back',
        found: 'the object is there: the standby is served',
        before: 'the object was not there: the primary was served',
        apply: `Without the object the clients of ${name} are sent to the old primary again.`,
        change: {
          terraform: [
            `aws_s3_object with bucket ${bucket} and key ${key}: there is none, as a rule. ` +
              'If there is one, keep it.',
            `aws_s3_bucket ${bucket}: no replacement, and force_destroy = false; ` +
              `aws_s3_bucket_lifecycle_configuration: nothing that expires ${key}.`,
            `aws_route53_health_check that asks for ${key}: keep invert_healthcheck = true.`,
          ],
          cloudFormation: [
            `AWS::S3::Bucket ${bucket}: no replacement, and no LifecycleConfiguration that ` +
              `expires ${key}.`,
            `AWS::Route53::HealthCheck that asks for ${key}: keep Inverted true.`,
          ],
          cdk: [
            `s3deploy.BucketDeployment to ${bucket}: prune false, or exclude ${key}.`,
            `s3.Bucket ${bucket}: no replacement, autoDeleteObjects false, and no lifecycle rule ` +
              `that expires ${key}.`,
          ],
        },
      },
    ],
  };
}

function taken({ name, bucket, key }: HealthCheckMarker): Comparison {
  const keep = `An object ${key} in ${bucket}: keep it out of the code.`;
  return {
    why: '',
    differences: [
      {
        danger: 'clients-sent-back',
        found: 'the object is not there: the primary is served',
        before: 'the object was there already: the standby was served',
        apply: `With the object the clients of ${name} are sent to the standby.`,
        change: { terraform: [keep], cloudFormation: [keep], cdk: [keep] },
      },
    ],
  };
}
