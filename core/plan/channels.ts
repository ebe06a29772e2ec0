import * as z from 'zod';
import { matching } from './fields.ts';

/**
 * When a channel is used. `always`: told everything. `fallback`: told what an `always` channel
 * failed to take. `escalation`: told of escalations, and of what nobody else took.
 */
export const ChannelUse = z.enum(['always', 'fallback', 'escalation']).default('always');

/** Name of a SecureString parameter in the standby Region: secrets are read at the time of use. */
export const SecretParameter = matching(
  /^\/[A-Za-z0-9/_.-]+$/,
  'a parameter name such as /failover/shop/slack-webhook',
);
