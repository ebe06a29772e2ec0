import { describe, expect, it } from '@jest/globals';
import type { VoteFacts } from '../../../core/approval/count.ts';
import { voteRules } from '../../../core/approval/count.ts';
import {
  askedAt,
  digest,
  expiresAt,
  olga,
  otto,
  sampleRequest,
  sampleVote,
} from '../../approval-samples.ts';
import type { Case } from '../support.ts';
import { rowOf, unreached } from '../support.ts';

const decided = {
  decision: 'rejected',
  by: otto.name,
  reason: '',
  decidedAt: askedAt,
  evidenceDigest: digest,
} as const;
const open: VoteFacts = {
  request: sampleRequest(),
  approver: olga,
  decision: 'approved',
  reason: '',
  evidenceDigest: digest,
  now: askedAt,
};
const two = sampleRequest({ approvalsNeeded: 2 });
const yesOf = (name: string) => sampleVote({ approver: name });

const cases: Case<VoteFacts>[] = [
  ['nothing-asked', { request: undefined, approver: undefined }],
  ['not-an-approver', { approver: undefined }],
  ['superseded', { evidenceDigest: 'b'.repeat(64) }],
  ['superseded', { evidenceDigest: '' }],
  ['counted-before', { request: sampleRequest({ votes: [yesOf(olga.name)] }) }],
  ['decided', { request: sampleRequest({ decision: decided }) }],
  ['decided', { request: sampleRequest({ decision: decided }), decision: 'rejected' }],
  ['decided', { request: sampleRequest({ decision: decided, votes: [yesOf(olga.name)] }) }],
  ['expired', { now: expiresAt }],
  ['expired', { now: '2026-10-03T00:00:00.000Z', decision: 'rejected' }],
  ['reason-too-long', { reason: 'x'.repeat(2001) }],
  ['reason-too-long', { reason: 'x'.repeat(2001), decision: 'rejected' }],
  ['rejected', { decision: 'rejected' }],
  ['rejected', { decision: 'rejected', request: { ...two, votes: [yesOf(olga.name)] } }],
  ['approved', { reason: 'x'.repeat(2000) }],
  ['approved', {}],
  ['approved', { request: { ...two, votes: [yesOf(otto.name)] } }],
  ['more-needed', { request: two }],
  // Votes on other evidence, of people who are not on the list, or of the same person: not counted.
  ['more-needed', { request: { ...two, votes: [sampleVote({ approver: 'Mallory' })] } }],
  [
    'more-needed',
    {
      request: {
        ...two,
        votes: [sampleVote({ approver: otto.name, evidenceDigest: 'b'.repeat(64) })],
      },
    },
  ],
];

describe('voteRules', () => {
  it.each(cases)('decide by %s: %j', (row, change) => {
    expect(rowOf(voteRules, open)(change)).toBe(row);
  });

  it('have a case for every row', () => {
    expect(unreached(voteRules, cases)).toStrictEqual([]);
  });

  it('never let one person be two', () => {
    const votes = [yesOf(olga.name), yesOf(olga.name), yesOf(olga.name)];
    const facts = { ...open, request: { ...two, votes } };
    expect(rowOf(voteRules, facts)({})).toBe('counted-before');
  });
});
