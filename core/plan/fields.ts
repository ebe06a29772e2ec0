import * as z from 'zod';

/** An AWS Region name, for example `eu-central-1`. */
export const Region = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS Region such as eu-central-1');

/** A name used in identifiers: lower-case letters, digits and hyphens, 1 to 40 characters. */
export const Name = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,39}$/,
    'must start with a lower-case letter and hold only lower-case letters, digits and hyphens (40 at most)',
  );

/** Whole seconds, one or more. */
export const PositiveSeconds = z.int().min(1);

/** Whole milliseconds that a network call may take: long enough to mean something, never endless. */
export const CallMilliseconds = z.int().min(100).max(30_000);

/** The ARN of a CloudWatch alarm. */
export const AlarmArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.+$/,
    'must be the ARN of a CloudWatch alarm, arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME',
  );

/** An https URL without credentials. */
export const HttpsUrl = z.url({
  protocol: /^https$/,
  error: 'must be an https URL such as https://shop.example.com/health',
});

/** A request that must be answered as expected. The answer's first 64 KiB are searched. */
export const HttpsCheck = z.strictObject({
  url: HttpsUrl,
  method: z.enum(['GET', 'POST']).default('GET'),
  expectStatus: z.int().min(100).max(599).default(200),
  expectBody: z.string().min(1).optional(),
  connectTimeoutMilliseconds: CallMilliseconds.default(2000),
  readTimeoutMilliseconds: CallMilliseconds.default(3000),
});
export type HttpsCheck = z.infer<typeof HttpsCheck>;
