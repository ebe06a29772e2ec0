import * as z from 'zod';

/** A text of a certain form. `what` finishes the sentence "must be ...", for people and editors. */
export function matching(pattern: RegExp, what: string): z.ZodString {
  return z.string().regex(pattern, `must be ${what}`).describe(what);
}

/** An AWS Region name, for example `eu-central-1`. */
export const Region = matching(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'an AWS Region such as eu-central-1');

/** A name used in identifiers: 1 to 40 characters, words joined by single hyphens. */
export const Name = matching(
  /^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  'a name of lower-case letters and digits, with single hyphens between, 40 characters at most',
);

/** A DB instance identifier, as RDS keeps it: in lower case. */
export const DbInstance = matching(
  /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  'a DB instance identifier: lower-case letters, digits and single hyphens, 63 at most',
);

/** A DNS name, without a scheme, a port or a path. */
export const HostName = matching(
  /^(?=.{3,254}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+[A-Za-z0-9-]{2,63}\.?$/,
  'a DNS name such as shop.example.com, without https:// and without a path',
);

/** Whole seconds, one or more. */
export const PositiveSeconds = z.int().min(1);

/** Whole milliseconds that a network call may take: long enough to mean something, never endless. */
export const CallMilliseconds = z.int().min(100).max(30_000);

/** The ARN of a CloudWatch alarm. */
export const AlarmArn = matching(
  /^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.+$/,
  'the ARN of a CloudWatch alarm, arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME',
);

const urlWords = 'an https URL without user name and password, https://shop.example.com/health';

/** An https URL. Credentials in it are refused: a plan is no place for secrets. */
export const HttpsUrl = z
  .url({ protocol: /^https$/, error: `must be ${urlWords}` })
  .refine((url) => !/^https:\/\/[^/?#]*@/i.test(url), { error: `must be ${urlWords}` })
  .describe(urlWords);

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
