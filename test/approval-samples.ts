import type { Brief } from '../core/approval/brief.ts';
import type { ApprovalRequest, Origin, Vote } from '../core/approval/request.ts';
import type { Approver } from '../core/plan/authorization.ts';

/** The instant at which the sample question is asked, and at which it expires. */
export const askedAt = '2026-10-02T17:04:45.000Z';
export const expiresAt = '2026-10-02T17:34:45.000Z';
export const digest = 'a1b2c3d4e5f6'.padEnd(64, '0');

export const olga: Approver = {
  name: 'Olga Operator',
  mail: 'olga@orders.example.com',
  slack: 'U0OLGA',
  iam: 'arn:aws:sts::111122223333:assumed-role/operator/olga',
};
export const otto: Approver = {
  name: 'Otto Oncall',
  mail: 'otto@orders.example.com',
  slack: 'U0OTTO',
  iam: 'arn:aws:sts::111122223333:assumed-role/operator/otto',
};

export const brief: Brief = {
  subject: 'promotion',
  service: 'orders',
  primary: 'eu-west-1',
  standby: 'eu-central-1',
  alarm: 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:orders-primary-down',
  alarmReason: 'Threshold Crossed',
  openedAt: askedAt,
  question: 'More could be lost than the RPO allows.',
  down: ['The outage of eu-west-1 is confirmed.', 'front-door (https) says down: READ_TIMEOUT'],
  loss: 'The writes of the last 9 s at the most.',
  warnings: ['If the old primary cannot be fenced, both databases may take writes until it is.'],
  yes: ['The standby is promoted.'],
  no: ['Nothing is promoted.'],
};

/** A vote or an attempt from a phone. */
export const origin: Origin = {
  channel: 'page',
  identity: 'olga@orders.example.com',
  address: '198.51.100.7',
  agent: 'a phone',
};

/** An open question to Olga and Otto, of whom one must say yes; fields may be replaced. */
export function sampleRequest(change: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    incidentId: 'orders-1',
    plan: 'orders',
    epoch: 1,
    brief,
    number: 1,
    evidenceDigest: digest,
    requestedAt: askedAt,
    expiresAt,
    approvers: [olga, otto],
    approvalsNeeded: 1,
    votes: [],
    revision: 1,
    told: [],
    asked: [],
    taskToken: 'token-1',
    ...change,
  };
}

/** A vote that was counted. */
export function sampleVote(change: Partial<Vote> = {}): Vote {
  const vote = { approver: olga.name, decision: 'approved', reason: '', at: askedAt } as const;
  return { ...vote, evidenceDigest: digest, origin, ...change };
}
