import * as z from 'zod';
import { matching } from './fields.ts';

/** A mail address, bare: `ada@example.com`, without a display name. */
const mailWords = 'a mail address such as ada@example.com';
export const MailAddress = z
  .email({ error: `must be ${mailWords}` })
  .max(254)
  .describe(mailWords);

/** Somebody who may decide. One person counts once, over however many channels. */
export const Approver = z.strictObject({
  /** Shown to everybody and kept with the vote; no two approvers share one. */
  name: z.string().min(1).max(80),
  /** Gets a personal link by mail. */
  mail: MailAddress.optional(),
  /** Slack user id, whose clicks on the message's buttons count. */
  slack: matching(/^[UW][A-Z0-9]{2,20}$/, 'a Slack user id such as U012AB3CD').optional(),
  /** The ARN that `aws sts get-caller-identity` prints for this person: for the command line. */
  iam: matching(
    /^arn:aws[a-z-]*:(iam|sts)::\d{12}:[^\s]{1,200}$/,
    'an ARN as `aws sts get-caller-identity` prints it, arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION',
  ).optional(),
});
export type Approver = z.infer<typeof Approver>;

/** What has to be written so that nobody can say that it was overlooked. */
export const PROMOTE_ON_EXPIRY =
  'nobody decided, and acknowledged writes may be lost that no human agreed to lose';

const ExpirySeconds = z.int().min(10).max(10_800);

/** What happens when nobody decides in time. */
export const OnExpiry = z.discriminatedUnion('action', [
  /** Nobody deciding means no. */
  z.strictObject({ action: z.literal('stop') }),
  /** A second list is asked as well, over the louder channels too; after that it stops. */
  z.strictObject({
    action: z.literal('escalate'),
    approvers: z.array(Approver).min(1).max(20),
    expirySeconds: ExpirySeconds,
  }),
  /** Nobody deciding means yes, if the outage is confirmed. Think twice. */
  z.strictObject({
    action: z.literal('promote'),
    evenThough: z.literal(PROMOTE_ON_EXPIRY),
    acceptedBy: z.string().min(3),
    because: z.string().min(10),
  }),
]);

/** Who may let it happen. */
export const Authorization = z.strictObject({
  /** `automatic` acts alone when every rule allows it; `approval` always asks. */
  mode: z.enum(['automatic', 'approval']).default('approval'),
  /** Who is asked; anybody of them may say no, and that ends it. */
  approvers: z.array(Approver).min(1).max(20),
  /** How many of them must say yes. */
  requiredApprovals: z.int().min(1).max(10).default(1),
  /** Whether two different people must say yes, whatever `requiredApprovals` says. */
  notOnlyOnePerson: z.boolean().default(false),
  expirySeconds: ExpirySeconds.default(1800),
  /** Reminders, spread evenly over the time until expiry. */
  reminders: z.int().min(0).max(5).default(2),
  onExpiry: OnExpiry.default({ action: 'stop' }),
  /** What happens when the old primary cannot be confirmed fenced. */
  unfenced: z.discriminatedUnion('policy', [
    z.strictObject({ policy: z.literal('ask') }),
    z.strictObject({ policy: z.literal('refuse') }),
    z.strictObject({
      policy: z.literal('accept'),
      /** The person who accepted a possible divergence window, in advance. */
      acceptedBy: z.string().min(3),
      because: z.string().min(10),
    }),
  ]),
});
export type Authorization = z.infer<typeof Authorization>;

/** How many people must say yes. */
export function approvalsNeeded(
  plan: Pick<Authorization, 'requiredApprovals' | 'notOnlyOnePerson'>,
): number {
  return plan.notOnlyOnePerson ? Math.max(2, plan.requiredApprovals) : plan.requiredApprovals;
}
