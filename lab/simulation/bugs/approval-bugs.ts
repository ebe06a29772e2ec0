import type { Bug } from './bug.ts';

/** What passes for an approval. */
export const approvalBugs: readonly Bug[] = [
  {
    id: 'silence-is-yes',
    what: 'an expiry promotes, whatever the plan says',
    file: 'core/approval/judge.ts',
    find:
      "onExpiry.action === 'promote' &&\n      request.brief.subject === 'promotion' &&\n" +
      '      outageConfirmed &&\n      lossKnown &&\n      //',
    replace:
      "request.brief.subject === 'promotion' &&\n" +
      '      outageConfirmed &&\n      lossKnown &&\n      //',
    killedBy: ['S3b'],
    where: [{ scenario: 'outage-expired' }],
  },
  {
    id: 'silence-accepts-any-loss',
    what: 'an expiry promotes although nobody knows what is lost',
    file: 'core/approval/judge.ts',
    find: '      outageConfirmed &&\n      lossKnown &&\n      //',
    replace: '      outageConfirmed &&\n      //',
    killedBy: ['S6b'],
    where: [{ scenario: 'silence-and-no-reading' }],
  },
  {
    id: 'no-is-yes',
    what: 'a rejection is written down as an approval',
    file: 'aws/approvals/cast-vote.ts',
    find: 'return { decision, by, reason, decidedAt: at, evidenceDigest };',
    replace: "return { decision: 'approved', by, reason, decidedAt: at, evidenceDigest };",
    killedBy: ['S3b', 'S15b'],
    where: [{ scenario: 'outage-rejected' }],
  },
  {
    id: 'one-is-enough',
    what: 'one yes is enough where the plan wants two people',
    file: 'aws/approvals/judge-request.ts',
    find: 'approvalsNeeded: approvalsNeeded(authorization),',
    replace: 'approvalsNeeded: 1,',
    killedBy: ['S3b'],
    where: [{ scenario: 'one-yes-of-two' }],
  },
  {
    id: 'yes-counts-twice',
    what: 'two yes of one person count as two people',
    file: 'core/approval/count.ts',
    find: 'return new Set([...approvers(request), approver.name]).size;',
    replace: 'return approvers(request).length + 1;',
    and: [
      {
        file: 'core/approval/count.ts',
        find: 'latestVote(facts)?.decision === facts.decision &&',
        replace: 'latestVote(facts)?.decision === undefined && facts.request === null &&',
      },
    ],
    killedBy: ['S3b', 'S15b'],
    where: [{ scenario: 'one-yes-of-two' }],
  },
  {
    id: 'old-evidence-counts',
    what: 'a vote counts although the evidence has changed since the page was opened',
    file: 'core/approval/count.ts',
    find: 'when: ({ request, evidenceDigest }) => request?.evidenceDigest !== evidenceDigest,',
    replace: 'when: () => false,',
    killedBy: ['S15b'],
    where: [{ scenario: 'old-page' }],
  },
  {
    id: 'approval-covers-everything',
    what: 'an approval goes on counting, however much worse the evidence has become',
    file: 'core/authorization.ts',
    find: 'when: ({ worseSinceApproval }) => (worseSinceApproval ?? []).length > 0,',
    replace: 'when: () => false,',
    killedBy: ['S15d'],
    where: [{ scenario: 'old-page' }],
  },
  {
    id: 'opening-a-link-votes',
    what: 'whoever opens the link has said yes: a mail scanner does',
    file: 'aws/approvals/front-door/show-question.ts',
    find: 'const request = reading.ok ? await readRequest(runtime, incidentId) : undefined;',
    replace: `if (reading.ok) {
    const { castVote } = await import('../cast-vote.ts');
    const origin = { channel: 'page', identity: null, address: null, agent: null };
    const { approver: name, evidenceDigest } = reading.link;
    const vote = { decision: 'approved', reason: '', evidenceDigest, origin };
    await castVote(runtime, { incidentId, voter: { name }, ...vote });
  }
  const request = reading.ok ? await readRequest(runtime, incidentId) : undefined;`,
    killedBy: ['S15', 'S3b'],
    where: [{ scenario: 'outage-expired' }],
  },
  {
    id: 'question-stays-open',
    what: 'a run that was stopped leaves its question open',
    file: 'aws/approvals/close-request.ts',
    find: 'if (seen === undefined || seen.decision !== undefined) return { result: undefined };',
    replace: 'if (seen !== null) return { result: undefined };',
    killedBy: ['S15c'],
    where: [
      {
        scenario: 'outage-expired',
        events: [{ what: 'operator-stops', state: 'RequestApproval', visit: 2 }],
      },
    ],
  },
];
