import { createLink } from '../../aws/approvals/links.ts';
import { appendToLedger } from '../../aws/ledger.ts';
import type { Brief } from '../../core/approval/brief.ts';
import type { ApprovalRequest } from '../../core/approval/request.ts';
import { frontDoor } from '../../functions/front-door.ts';
import { startFrontDoor } from '../../lab/front-door/server.ts';
import { brief, digest, olga, otto, sampleVote } from '../approval-samples.ts';
import { openDoor } from '../functions/front-door-bench.ts';

/** A brief as a bad night brings it. */
const realBrief: Brief = {
  ...brief,
  question:
    'The writes of the last 94 s could be lost; the RPO is 60 s. Above that a human decides.',
  down: [
    'The outage of eu-west-1 is confirmed, as seen from eu-central-1.',
    'front-door (https) says down: no answer within 3,000 ms',
    'database (tcp) says down: connection refused',
    'replication (replicationProgress) says down: nothing was replayed for 94 s',
    'control (https) says up: 204 in 38 ms',
  ],
  loss: 'The writes of the last 94 s at the most, probably of 61 s; the RPO is 60 s.',
  yes: [
    'The database in eu-west-1 is fenced and the one in eu-central-1 promoted.',
    'Traffic moves to eu-central-1. The way back is a failback, hours of work.',
  ],
  no: [
    'Everything that was prepared is undone, and nothing is promoted.',
    'The service stays in eu-west-1, as it is.',
  ],
};

const hostile = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'&amp;';
/** Everything that a plan, an alarm or a probe might say to break the page. */
const hostileBrief: Brief = {
  ...realBrief,
  service: `orders${hostile}`,
  question: 'x'.repeat(2000),
  alarmReason: `\u202Eevorppa ton od\u0000\u0007 ${'ÄÖ'.repeat(500)}`,
  down: [hostile, 'الخدمة الرئيسية لا تستجيب منذ دقيقة', ...realBrief.down],
  loss: '</style></title><style>*{display:none}</style>',
  warnings: ['{{constructor.constructor("alert(1)")()}}', 'javascript:alert(1)'],
};

const decision = (word: 'approved' | 'rejected') => ({
  decision: word,
  by: word === 'approved' ? `${olga.name}, ${otto.name}` : otto.name,
  reason: word === 'approved' ? 'Seen it myself, go.' : 'The network team has it back in minutes.',
  decidedAt: '2026-10-02T17:04:50.000Z',
  evidenceDigest: digest,
});

const olgasYes = sampleVote({ reason: 'Seen it myself, go.', at: '2026-10-02T17:04:47.000Z' });
const ottosYes = sampleVote({ approver: otto.name, at: '2026-10-02T17:04:50.000Z' });
const ottosNo = sampleVote({ ...ottosYes, approver: otto.name, decision: 'rejected' });
const two: Partial<ApprovalRequest> = { brief: realBrief, approvalsNeeded: 2 };

/** Every state of the page: the question behind it, and whose link opens it. */
export const states: Readonly<Record<string, Partial<ApprovalRequest>>> = {
  pending: { brief: realBrief },
  'pending-unfenced': { brief: { ...realBrief, subject: 'unfenced' } },
  'partly-approved': { ...two, votes: [ottosYes] },
  'approved-by-you': { ...two, votes: [olgasYes] },
  approved: { ...two, votes: [olgasYes, ottosYes], decision: decision('approved') },
  rejected: { ...two, votes: [olgasYes, ottosNo], decision: decision('rejected') },
  expired: { brief: realBrief, expiresAt: '2026-10-02T17:04:44.000Z' },
  superseded: { evidenceDigest: 'b'.repeat(64) },
  'not-yours': { approvers: [otto] },
  hostile: { brief: hostileBrief, approvers: [olga, { name: hostile.slice(0, 80) }] },
};

/** Addresses that hold no valid link. */
export const broken = ['broken-link', 'expired-link', 'no-page'] as const;

/** The front door on this machine, with one question behind it. */
export async function serve(change: Partial<ApprovalRequest>) {
  const bench = await openDoor(change);
  const server = await startFrontDoor(frontDoor(bench.runtime), () => bench.clock.now());
  const environment = { ...bench.runtime.environment, frontDoorUrl: server.url };
  const runtime = { ...bench.runtime, environment };
  const incidentId = 'orders-1';
  const openedAt = '2026-10-02T17:03:30.000Z';
  await appendToLedger(runtime, incidentId, 'opened', opened(incidentId, openedAt), openedAt);
  const later = [
    ['fence', 'front-door: confirmed.', '2026-10-02T17:04:55.000Z'],
    ['promoted', 'orders-standby takes writes.', '2026-10-02T17:05:31.000Z'],
  ] as const;
  const isApproved = change.decision?.decision === 'approved';
  for (const [what, why, at] of isApproved ? later : [])
    await appendToLedger(runtime, incidentId, what, { why }, at);
  const at = async (expiresAt: string, approver = olga.name) =>
    await createLink(runtime, { incidentId, approver, evidenceDigest: digest, expiresAt });
  const good = await at('2026-10-02T18:34:45.000Z');
  return {
    ...bench,
    link: good,
    /** The link of the other approver. */
    ottosLink: await at('2026-10-02T18:34:45.000Z', otto.name),
    addresses: {
      'broken-link': `${good.slice(0, -8)}AAAAAAAA`,
      'expired-link': await at('2026-10-02T17:00:00.000Z'),
      'no-page': server.url,
    },
    url: server.url,
    close: async () => {
      await server.close();
    },
  };
}

function opened(id: string, openedAt: string) {
  return {
    id,
    plan: 'orders',
    epoch: 1,
    alarm: brief.alarm,
    alarmReason: brief.alarmReason,
    openedAt,
    outageStart: { known: false, reason: 'not told' },
    executionArn: 'arn:aws:states:eu-central-1:111122223333:execution:failover:alarm-1',
  };
}
