import * as z from 'zod';
import { ChannelUse } from '../../../core/plan/channels.ts';
import { matching, Name } from '../../../core/plan/fields.ts';

/** Publishes to an SNS topic. The topic must not be in the primary Region. */
export const Sns = z.strictObject({
  kind: z.literal('sns'),
  id: Name,
  use: ChannelUse,
  topicArn: matching(
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    'the ARN of a standard SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME',
  ),
});
export type Sns = z.infer<typeof Sns>;
