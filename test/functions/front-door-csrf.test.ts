import { describe, expect, it } from '@jest/globals';
import { HOST, openDoor } from './front-door-bench.ts';

type Door = Awaited<ReturnType<typeof openDoor>>;

/** Nothing was voted, and the attempt is in the ledger with this rule. */
async function refused(door: Door, ruleId: string): Promise<void> {
  expect(await door.read()).toMatchObject({ votes: [], revision: 1 });
  const [entry, ...others] = await door.ledger();
  expect(entry).toMatchObject({ what: 'attempt-refused', entry: { ruleId } });
  expect(others).toEqual([]);
}

describe('A form from elsewhere is refused: ', () => {
  it.each<[string, Record<string, string>, string]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }, 'foreign-site'],
    ['a sibling of our site', { 'sec-fetch-site': 'same-site' }, 'foreign-site'],
    ['no site at all', { 'sec-fetch-site': 'none' }, 'foreign-site'],
    ['another origin', { origin: 'https://evil.example.com' }, 'foreign-origin'],
    [
      'an origin that begins like ours',
      { origin: `https://${HOST}.example.com` },
      'foreign-origin',
    ],
    ['another port', { origin: `https://${HOST}:8443` }, 'foreign-origin'],
    ['an origin that is none', { origin: 'nonsense' }, 'foreign-origin'],
  ])('%s', async (_, headers, ruleId) => {
    const door = await openDoor();
    const answer = await door.submit(door.link, await door.yes(), headers);
    expect(answer.statusCode).toBe(403);
    await refused(door, ruleId);
  });

  it.each([
    ['a browser that says where it is', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
    ['a browser that names our origin', { origin: `https://${HOST}` }],
    ['an old browser that says nothing', {}],
  ])('but not that of %s', async (_, headers) => {
    const door = await openDoor();
    expect((await door.submit(door.link, await door.yes(), headers)).statusCode).toBe(303);
    expect((await door.read())?.votes).toHaveLength(1);
  });
});

describe('A token of the form is refused that', () => {
  type TokenOf = (door: Door, token: string) => Promise<string> | string;
  it.each<[string, TokenOf, string, number]>([
    ['is empty', () => '', 'form-forged', 403],
    ['is nonsense', () => 'nonsense', 'form-forged', 403],
    ['has no signature', (_, token) => token.replace(/[^.]+$/, ''), 'form-forged', 403],
    [
      'was made for the page of somebody else',
      async (door) => {
        return await door.formToken(await door.linkOf({ approver: 'Otto Oncall' }));
      },
      'form-forged',
      403,
    ],
    [
      'is the link itself',
      (door) => new URL(door.link).searchParams.get('link') ?? '',
      'form-forged',
      403,
    ],
  ])('%s', async (_, tokenOf, ruleId, status) => {
    const door = await openDoor();
    const fields = await door.yes();
    const token = await tokenOf(door, fields['token'] ?? '');
    const answer = await door.submit(door.link, { ...fields, token });
    expect(answer.statusCode).toBe(status);
    await refused(door, ruleId);
  });

  it('is missing', async () => {
    const door = await openDoor();
    const fields = { ...(await door.yes()), token: [] };
    expect((await door.submit(door.link, fields)).statusCode).toBe(400);
    await refused(door, 'form-malformed');
  });

  it('is older than two hours; the page leads back to the question', async () => {
    const door = await openDoor({ expiresAt: '2026-10-02T22:00:00.000Z' });
    const link = await door.linkOf({ expiresAt: '2026-10-02T23:00:00.000Z' });
    const fields = await door.yes(link);
    await door.clock.advance(2 * 3600 + 31);
    const answer = await door.submit(link, fields);
    expect(answer.statusCode).toBe(410);
    expect(answer.body).toContain('Back to the question');
    await refused(door, 'form-stale');
    expect((await door.submit(link, await door.yes(link))).statusCode).toBe(303);
  });

  it('is used as a link', async () => {
    const door = await openDoor();
    const fields = await door.yes();
    const address = new URL(door.link);
    address.searchParams.set('link', fields['token'] ?? '');
    expect((await door.visit(address.href)).statusCode).toBe(403);
    expect((await door.submit(address.href, fields)).statusCode).toBe(403);
    await refused(door, 'link-broken');
  });
});
