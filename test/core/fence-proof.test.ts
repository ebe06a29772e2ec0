import { describe, expect, it } from '@jest/globals';
import { judgeFenceProof } from '../../core/fence-proof.ts';

describe('the proof of a fence', () => {
  it.each([
    [200, 'attempted', 'write-accepted'],
    [201, 'attempted', 'write-accepted'],
    [301, 'attempted', 'undecidable'],
    [403, 'attempted', 'undecidable'],
    [404, 'attempted', 'undecidable'],
    [500, 'confirmed', 'write-failed'],
    [502, 'attempted', 'gateway-failed'],
    [504, 'attempted', 'gateway-failed'],
    [503, 'confirmed', 'write-failed'],
  ])('status %d is %s', (status, outcome, ruleId) => {
    const decision = judgeFenceProof({ answered: true, status, expectStatus: 200 });
    expect(decision).toMatchObject({ outcome, ruleId });
  });

  it('is only attempted when a strange status is the one that means success', () => {
    const decision = judgeFenceProof({ answered: true, status: 503, expectStatus: 503 });
    expect(decision).toMatchObject({ outcome: 'attempted', ruleId: 'write-accepted' });
  });

  it.each([
    ['CONNECT_TIMEOUT', 'attempted'],
    ['READ_TIMEOUT', 'attempted'],
    ['ECONNRESET', 'attempted'],
    ['ENOTFOUND', 'attempted'],
    ['ENETUNREACH', 'attempted'],
    ['CERT_HAS_EXPIRED', 'attempted'],
    ['UNKNOWN', 'attempted'],
    ['ECONNREFUSED', 'confirmed'],
  ])('%s is %s', (code, outcome) => {
    expect(judgeFenceProof({ answered: false, code })).toMatchObject({ outcome });
  });
});
