import { describe, expect, it } from '@jest/globals';
import type { PageFacts } from '../../../core/approval/page-state.ts';
import { pageRules } from '../../../core/approval/page-state.ts';
import { askedAt, digest, expiresAt, olga, otto } from '../../approval-samples.ts';
import { sampleRequest, sampleVote } from '../../approval-samples.ts';
import type { Case } from '../support.ts';
import { outcomes, rowOf, unreached } from '../support.ts';

const link = { incidentId: 'orders-1', approver: olga.name, evidenceDigest: digest, expiresAt };
const base: PageFacts = { reading: { ok: true, link }, request: sampleRequest(), now: askedAt };
const decided = (decision: 'approved' | 'rejected' | 'expired') =>
  sampleRequest({
    decision: { decision, by: 'Otto', reason: '', decidedAt: askedAt, evidenceDigest: digest },
  });

const cases: Case<PageFacts>[] = [
  ['broken-link', { reading: { ok: false, fault: 'badSignature', link: undefined } }],
  ['broken-link', { reading: { ok: false, fault: 'expired', link }, request: decided('approved') }],
  ['broken-link', { reading: { ok: false, fault: 'wrongIncident', link } }],
  ['nothing-asked', { request: undefined }],
  ['not-yours', { request: sampleRequest({ approvers: [otto] }) }],
  ['not-yours', { reading: { ok: true, link: { ...link, approver: olga.name.toLowerCase() } } }],
  ['superseded', { reading: { ok: true, link: { ...link, evidenceDigest: 'old' } } }],
  ['approved', { request: decided('approved') }],
  ['approved', { request: decided('approved'), now: expiresAt }],
  ['rejected', { request: decided('rejected') }],
  ['expired', { request: decided('expired') }],
  ['expired', { now: expiresAt }],
  ['expired', { now: expiresAt, request: sampleRequest({ votes: [sampleVote()] }) }],
  ['partly-approved', { request: sampleRequest({ votes: [sampleVote()], approvalsNeeded: 2 }) }],
  ['pending', {}],
  ['pending', { request: sampleRequest({ votes: [sampleVote({ evidenceDigest: 'old' })] }) }],
];

describe('The state of the page', () => {
  it.each(cases)('is that of the row %s', (row, change) => {
    expect(rowOf(pageRules, base)(change)).toBe(row);
  });

  it('has a case for every row, and each row its outcome', () => {
    expect(unreached(pageRules, cases)).toEqual([]);
    expect(outcomes(pageRules)).toEqual([
      'broken-link -> brokenLink',
      'nothing-asked -> brokenLink',
      'not-yours -> notYours',
      'superseded -> superseded',
      'approved -> approved',
      'rejected -> rejected',
      'expired -> expired',
      'partly-approved -> partlyApproved',
      'pending -> pending',
    ]);
  });
});
