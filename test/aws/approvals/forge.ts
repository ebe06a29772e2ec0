import { createHmac } from 'node:crypto';
import { readLink } from '../../../aws/approvals/links.ts';
import { digest, expiresAt, olga } from '../../approval-samples.ts';
import { INCIDENT, openDoor } from '../../functions/front-door-bench.ts';

const KEY = 'key-1-'.padEnd(64, 'k');
type Parts = Readonly<Record<string, unknown>>;

const base64 = (value: Parts): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const signature = (text: string, key = KEY, hash = 'sha256'): string =>
  createHmac(hash, key).update(text).digest('base64url');

const header = { alg: 'HS256', kid: 'version-1', typ: 'failover-link+jwt' };
const claims = {
  incident: INCIDENT,
  approver: olga.name,
  digest,
  aud: 'approval-link',
  exp: Date.parse(expiresAt) / 1000,
};

/** A token as we make it, by hand; parts may be replaced, and it is signed as it is then. */
export function forge(head: Parts = {}, body: Parts = {}, key = KEY, hash = 'sha256'): string {
  const text = `${base64({ ...header, ...head })}.${base64({ ...claims, ...body })}`;
  return `${text}.${signature(text, key, hash)}`;
}

/** The front door, and what is wrong with a token there: `none`, or the fault. */
export async function prepareLinks() {
  const door = await openDoor();
  return {
    ...door,
    fault: async (token: string) => {
      const reading = await readLink(door.runtime, INCIDENT, token);
      return reading.ok ? 'none' : reading.fault;
    },
  };
}
