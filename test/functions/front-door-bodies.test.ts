import { describe, expect, it } from '@jest/globals';
import type { Fields } from './front-door-bench.ts';
import { encode, HOST, openDoor } from './front-door-bench.ts';

type Door = Awaited<ReturnType<typeof openDoor>>;

/** Nothing was voted, and the attempt is in the ledger with this rule. */
async function refused(door: Door, ruleId: string): Promise<void> {
  expect(await door.read()).toMatchObject({ votes: [], revision: 1 });
  const [entry, ...others] = await door.ledger();
  expect(entry).toMatchObject({ what: 'attempt-refused', entry: { ruleId } });
  expect(others).toEqual([]);
}

describe('A body is refused that', () => {
  const form = 'application/x-www-form-urlencoded';
  type BodyOf = (fields: Fields) => string | Uint8Array;
  it.each<[string, string, BodyOf, number, string]>([
    [
      'is larger than 16 KiB',
      form,
      (fields) => `${encode(fields)}&x=${'x'.repeat(16_384)}`,
      413,
      'body-too-large',
    ],
    ['is empty', form, () => '', 400, 'form-malformed'],
    [
      'is no form but JSON',
      'application/json',
      (fields) => JSON.stringify(fields),
      415,
      'not-a-form',
    ],
    [
      'is a form of many parts',
      'multipart/form-data; boundary=x',
      () => '--x--',
      415,
      'not-a-form',
    ],
    ['is plain text', 'text/plain', encode, 415, 'not-a-form'],
    ['has no type', '', encode, 415, 'not-a-form'],
    ['is not encoded soundly', form, (fields) => `${encode(fields)}%zz`, 400, 'form-malformed'],
    [
      'is encoded to what is no UTF-8',
      form,
      (fields) => `${encode(fields)}%ff`,
      400,
      'form-malformed',
    ],
    ['is no UTF-8', form, () => Uint8Array.of(0x61, 0xff, 0xfe), 400, 'form-malformed'],
    [
      'decides twice',
      form,
      (fields) => `${encode(fields)}&decision=rejected`,
      400,
      'form-malformed',
    ],
    [
      'has a field that is not ours',
      form,
      (fields) => `${encode(fields)}&__proto__=x`,
      400,
      'form-malformed',
    ],
    [
      'decides something else',
      form,
      (fields) => encode({ ...fields, decision: 'APPROVED' }),
      400,
      'no-decision',
    ],
    [
      'accepts no loss',
      form,
      (fields) => encode({ ...fields, acknowledged: [] }),
      422,
      'not-acknowledged',
    ],
    [
      'does not say yes to the loss',
      form,
      (fields) => encode({ ...fields, acknowledged: 'on' }),
      422,
      'not-acknowledged',
    ],
    [
      'gives 2,001 characters of reason',
      form,
      (fields) => encode({ ...fields, reason: 'x'.repeat(2001) }),
      422,
      'reason-too-long',
    ],
  ])('%s', async (_, type, bodyOf, status, ruleId) => {
    const door = await openDoor();
    const fields = await door.yes();
    const headers = type === '' ? {} : { 'content-type': type };
    const answer = await door.visit(door.link, { method: 'POST', headers, body: bodyOf(fields) });
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toContain('Your vote was not counted');
    await refused(door, ruleId);
  });

  it('has no sound base64: what is left of it is no form', async () => {
    const door = await openDoor();
    const answer = await door.door({
      rawPath: new URL(door.link).pathname,
      rawQueryString: new URL(door.link).search.slice(1),
      headers: { 'content-type': form },
      requestContext: { domainName: HOST, http: { method: 'POST', sourceIp: '198.51.100.7' } },
      body: '!!%%!!',
      isBase64Encoded: true,
    });
    expect(answer.statusCode).toBe(400);
    await refused(door, 'form-malformed');
  });

  it('but a form that comes as plain text in the event counts all the same', async () => {
    const door = await openDoor();
    const answer = await door.door({
      rawPath: new URL(door.link).pathname,
      rawQueryString: new URL(door.link).search.slice(1),
      headers: { 'content-type': `${form}; charset=UTF-8` },
      requestContext: { domainName: HOST, http: { method: 'POST', sourceIp: '198.51.100.7' } },
      body: encode(await door.yes()),
      isBase64Encoded: false,
    });
    expect(answer.statusCode).toBe(303);
  });
});
