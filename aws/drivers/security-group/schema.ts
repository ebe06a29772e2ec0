import * as z from 'zod';
import { HttpsCheck, matching, Name } from '../../../core/plan/fields.ts';

/**
 * Takes every ingress rule from the old primary's database security group.
 * Connections that are already tracked may go on after a rule is revoked, so that the grade is
 * `confirmed` only if the `proof` (a write through the old primary's own endpoint) is refused.
 */
export const SecurityGroup = z.strictObject({
  kind: z.literal('securityGroup'),
  id: Name,
  groupId: matching(/^sg-[0-9a-f]{8,17}$/, 'a security group id such as sg-0123456789abcdef0'),
  /** A write through the old primary's own endpoint that must fail once the fence holds. */
  proof: HttpsCheck.optional(),
});
export type SecurityGroup = z.infer<typeof SecurityGroup>;
