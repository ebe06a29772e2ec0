import type { HttpsAnswer } from './network.ts';

/** What one probe says. Unknown is not down and not up: it does not count at all. */
type Vote = 'up' | 'down' | 'unknown';

/** A vote with its reason; an `up` that vetoes has seen the primary itself at work. */
export interface Ballot {
  readonly vote: Vote;
  readonly vetoes: boolean;
  readonly why: string;
}

/** Failures that the other side, or the way to it, causes: the primary does not serve. */
const downCodes = new Set([
  'CONNECT_TIMEOUT',
  'READ_TIMEOUT',
  'ETIMEDOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
]);

/** Names that do not resolve say more about the DNS, or about the plan, than about the primary. */
const dnsCodes = new Set([
  'ENOTFOUND',
  'ENODATA',
  'EAI_AGAIN',
  'EAI_NODATA',
  'EAI_NONAME',
  'EAI_FAIL',
  'ESERVFAIL',
  'EREFUSED',
  'ENONAME',
  'EBADNAME',
  'EBADRESP',
  'ETIMEOUT',
  'ECANCELLED',
]);

/** Failures of this vantage point itself, or of a router that may be its own. */
const ownCodes = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ECONNABORTED',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EACCES',
  'EPERM',
]);

/** Certificate errors of OpenSSL, besides those with `CERT` in their name. */
const certificateCodes = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
]);

/** The vote that a failed network call gives, by its code. A code that is not known is unknown. */
export function voteOnNetworkError(code: string): Ballot {
  if (downCodes.has(code)) return down(`${code}: it did not answer.`);
  if (dnsCodes.has(code)) return unknown(`${code}: its name does not resolve here.`);
  if (ownCodes.has(code)) return unknown(`${code}: this vantage point's own network failed.`);
  if (certificateCodes.has(code) || /CERT|^EPROTO$|^ERR_SSL_|^ERR_TLS_/.test(code))
    return unknown(`${code}: something answers that cannot be trusted.`);
  if (code.startsWith('HPE_')) return down(`${code}: it answered what is not HTTP.`);
  if (code.startsWith('ERR_INVALID_')) return unknown(`${code}: the probe itself is wrong.`);
  return unknown(`${code}: this failure is not known.`);
}

/** What the answer to a check must look like. */
export interface Expectation {
  readonly expectStatus: number;
  readonly expectBody?: string | undefined;
}

/** The vote that an answer gives: only the expected one is up, and it vetoes. */
export function voteOnAnswer(expected: Expectation, { status, body }: HttpsAnswer): Ballot {
  if (status !== expected.expectStatus) {
    const words = `It answered ${status} instead of ${expected.expectStatus}`;
    // Only a 5xx is the service's own failure; a 3xx or 4xx is about our request.
    return status >= 500 ? down(`${words}.`) : unknown(`${words}: the probe itself may be wrong.`);
  }
  if (expected.expectBody !== undefined && !body.includes(expected.expectBody))
    return down(`It answered ${status} without the expected text.`);
  return up(`It answered ${status}.`, true);
}

/** The vote that RDS's own status word gives. It lags behind the truth, so that up is no veto. */
export function voteOnRdsStatus(status: string | undefined): Ballot {
  if (status === undefined) return unknown('The instance is not there: check the plan.');
  if (status === 'available') return up('RDS calls it available.', false);
  const isDown = status === 'failed' || status === 'stopped' || status.startsWith('inaccessible');
  return isDown ? down(`RDS calls it ${status}.`) : unknown(`RDS calls it ${status}.`);
}

/** The vote that an alarm's state gives. */
export function voteOnAlarm(state: string | undefined): Ballot {
  if (state === 'ALARM') return down('The alarm is in ALARM.');
  if (state === 'OK') return up('The alarm is OK.', false);
  return unknown(state === undefined ? 'The alarm is not there.' : `The alarm says ${state}.`);
}

/** A vote for up. */
export function up(why: string, vetoes: boolean): Ballot {
  return { vote: 'up', vetoes, why };
}

/** A vote for down. */
export function down(why: string): Ballot {
  return { vote: 'down', vetoes: false, why };
}

/** No vote, with the reason. */
export function unknown(why: string): Ballot {
  return { vote: 'unknown', vetoes: false, why };
}
