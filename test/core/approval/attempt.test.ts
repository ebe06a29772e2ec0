import { describe, expect, it } from '@jest/globals';
import type { AttemptFacts, Form } from '../../../core/approval/attempt.ts';
import {
  attemptRules,
  MOST_BODY_BYTES,
  MOST_TYPED_CHARACTERS,
} from '../../../core/approval/attempt.ts';
import { digest, expiresAt, olga } from '../../approval-samples.ts';
import type { Case } from '../support.ts';
import { outcomes, rowOf, unreached } from '../support.ts';

const link = { incidentId: 'orders-1', approver: olga.name, evidenceDigest: digest, expiresAt };
const form: Form = { token: 't', decision: 'approved', acknowledged: 'yes', reason: '' };
const base: AttemptFacts = {
  bodyBytes: 600,
  mediaType: 'application/x-www-form-urlencoded',
  fetchSite: 'same-origin',
  originHost: null,
  ownHost: 'door.example.com',
  reading: { ok: true, link },
  form,
  tokenFault: undefined,
};

const cases: Case<AttemptFacts>[] = [
  ['body-too-large', { bodyBytes: MOST_BODY_BYTES + 1, fetchSite: 'cross-site' }],
  ['foreign-site', { fetchSite: 'cross-site' }],
  ['foreign-site', { fetchSite: 'same-site' }],
  ['foreign-site', { fetchSite: '' }],
  ['foreign-origin', { originHost: 'evil.example.com' }],
  ['foreign-origin', { originHost: '' }],
  ['link-expired', { reading: { ok: false, fault: 'expired', link } }],
  ['link-broken', { reading: { ok: false, fault: 'missing', link: undefined } }],
  ['link-broken', { reading: { ok: false, fault: 'wrongIncident', link } }],
  ['not-a-form', { mediaType: null }],
  ['not-a-form', { mediaType: 'multipart/form-data' }],
  ['form-malformed', { form: undefined }],
  ['form-stale', { tokenFault: 'expired' }],
  ['form-forged', { tokenFault: 'badSignature' }],
  ['form-forged', { tokenFault: 'missing' }],
  ['no-decision', { form: { ...form, decision: 'expired' } }],
  ['not-acknowledged', { form: { ...form, acknowledged: undefined } }],
  ['not-acknowledged', { form: { ...form, acknowledged: 'no' } }],
  ['reason-too-long', { form: { ...form, reason: 'x'.repeat(2001) } }],
  ['sound', {}],
  ['sound', { bodyBytes: MOST_BODY_BYTES, fetchSite: null, originHost: 'door.example.com' }],
  ['sound', { form: { ...form, reason: 'x'.repeat(2000) } }],
  ['sound', { form: { ...form, decision: 'rejected', acknowledged: undefined } }],
];

describe('A form that was sent', () => {
  it.each(cases)('is judged by the row %s', (row, change) => {
    expect(rowOf(attemptRules, base)(change)).toBe(row);
  });

  it('has a case for every row, and only the last one lets it be counted', () => {
    expect(unreached(attemptRules, cases)).toEqual([]);
    expect(outcomes(attemptRules).filter((each) => each.endsWith('-> vote'))).toEqual([
      'sound -> vote',
    ]);
  });

  it.each(['界', '😀', 'é', '\n'])(
    'fits, with the longest reason of the page made of %j',
    (letter) => {
      const reason = letter.repeat(Math.floor(MOST_TYPED_CHARACTERS / letter.length));
      const sent = new URLSearchParams({
        token: 'x'.repeat(600),
        decision: 'approved',
        acknowledged: 'yes',
        reason: reason.replaceAll('\n', '\r\n'),
      });
      expect(sent.toString().length).toBeLessThan(MOST_BODY_BYTES);
    },
  );
});
