import * as z from 'zod';
import { MailAddress } from '../../../core/plan/authorization.ts';
import { ChannelUse } from '../../../core/plan/channels.ts';
import { matching, Name } from '../../../core/plan/fields.ts';

/** Mail by Amazon SES in the standby Region. Approvers get a personal link to decide. */
export const Ses = z.strictObject({
  kind: z.literal('ses'),
  id: Name,
  use: ChannelUse,
  /** A verified address, or an address of a verified domain. */
  from: MailAddress,
  fromName: matching(
    /^[A-Za-z0-9 .,&'()_-]{1,60}$/,
    'a name of up to 60 ASCII letters, digits, spaces and simple punctuation',
  ).optional(),
  /** Told of everything, without a link to decide. Approvers with an address are asked anyway. */
  to: z.array(MailAddress).max(20).default([]),
  configurationSet: matching(
    /^[A-Za-z0-9_-]{1,64}$/,
    'the name of an SES configuration set',
  ).optional(),
  /** Whether `to` is told each phase that an incident passes. */
  phases: z.boolean().default(false),
});
export type Ses = z.infer<typeof Ses>;
