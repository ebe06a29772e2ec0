import type { DriverIam } from '../driver.ts';
import type { HealthCheckMarker } from './schema.ts';

const bucketArn = ({ bucket }: HealthCheckMarker) => `arn:\${AWS::Partition}:s3:::${bucket}`;
const markerArn = (config: HealthCheckMarker) => `${bucketArn(config)}/${config.key}`;

/** One object. Listing is needed because S3 answers 403 for a missing key without it. */
export const healthCheckMarkerIam: DriverIam<HealthCheckMarker> = {
  read: (config) => [
    { actions: ['s3:GetObject'], resources: [markerArn(config)] },
    { actions: ['s3:ListBucket'], resources: [bucketArn(config)] },
  ],
  change: (config) => [
    { actions: ['s3:PutObject', 's3:DeleteObject'], resources: [markerArn(config)] },
  ],
};
