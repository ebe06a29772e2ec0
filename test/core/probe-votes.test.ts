import { describe, expect, it } from '@jest/globals';
import {
  voteOnAlarm,
  voteOnAnswer,
  voteOnNetworkError,
  voteOnRdsStatus,
} from '../../core/probe-votes.ts';

describe('a failed network call', () => {
  it.each([
    ['ENOTFOUND', 'unknown'],
    ['EAI_AGAIN', 'unknown'],
    ['ESERVFAIL', 'unknown'],
    ['ETIMEOUT', 'unknown'],
    ['ENETUNREACH', 'unknown'],
    ['EHOSTUNREACH', 'unknown'],
    ['EADDRNOTAVAIL', 'unknown'],
    ['EMFILE', 'unknown'],
    ['ERR_INVALID_URL', 'unknown'],
    ['ERR_INVALID_PROTOCOL', 'unknown'],
    ['CERT_HAS_EXPIRED', 'unknown'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unknown'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'unknown'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown'],
    ['EPROTO', 'unknown'],
    ['UNKNOWN', 'unknown'],
    ['SOMETHING_NEW', 'unknown'],
    ['ECONNREFUSED', 'down'],
    ['ECONNRESET', 'down'],
    ['CONNECT_TIMEOUT', 'down'],
    ['READ_TIMEOUT', 'down'],
    ['ETIMEDOUT', 'down'],
    ['HPE_INVALID_CONSTANT', 'down'],
  ])('%s is %s and never vetoes', (code, vote) => {
    const ballot = voteOnNetworkError(code);
    expect(ballot).toMatchObject({ vote, vetoes: false });
    expect(ballot.why).toContain(code);
  });
});

describe('an answer', () => {
  const expected = { expectStatus: 200, expectBody: 'healthy' };
  it.each([
    [500, 'healthy', 'down'],
    [503, '', 'down'],
    [301, 'healthy', 'unknown'],
    [403, 'healthy', 'unknown'],
    [429, 'healthy', 'unknown'],
    [204, 'healthy', 'unknown'],
    [200, 'maintenance', 'down'],
    [200, 'all healthy', 'up'],
  ])('%d with "%s" is %s', (status, body, vote) => {
    expect(voteOnAnswer(expected, { status, body })).toMatchObject({ vote, vetoes: vote === 'up' });
  });

  it('is up with a veto when any body will do', () => {
    const ballot = voteOnAnswer({ expectStatus: 204 }, { status: 204, body: '' });
    expect(ballot).toMatchObject({ vote: 'up', vetoes: true });
  });
});

describe('the status word of RDS', () => {
  it.each([
    [undefined, 'unknown'],
    ['modifying', 'unknown'],
    ['rebooting', 'unknown'],
    ['storage-full', 'unknown'],
    ['failed', 'down'],
    ['stopped', 'down'],
    ['inaccessible-encryption-credentials', 'down'],
    ['available', 'up'],
  ])('%s is %s without a veto', (status, vote) => {
    expect(voteOnRdsStatus(status)).toMatchObject({ vote, vetoes: false });
  });
});

describe('the state of an alarm', () => {
  it.each([
    [undefined, 'unknown'],
    ['INSUFFICIENT_DATA', 'unknown'],
    ['ALARM', 'down'],
    ['OK', 'up'],
  ])('%s is %s without a veto', (state, vote) => {
    expect(voteOnAlarm(state)).toMatchObject({ vote, vetoes: false });
  });
});
