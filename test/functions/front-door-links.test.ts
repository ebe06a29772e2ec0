import { describe, expect, it } from '@jest/globals';
import { openDoor } from './front-door-bench.ts';

type Door = Awaited<ReturnType<typeof openDoor>>;

/** Nothing was voted, and the attempt is in the ledger with this rule. */
async function refused(door: Door, ruleId: string): Promise<void> {
  expect(await door.read()).toMatchObject({ votes: [], revision: 1 });
  const [entry, ...others] = await door.ledger();
  expect(entry).toMatchObject({ what: 'attempt-refused', entry: { ruleId } });
  expect(others).toEqual([]);
}

describe('A link decides nothing', () => {
  it.each<[string, (door: Door) => Promise<string> | string, number, string]>([
    [
      'of somebody who is not asked',
      async (door) => await door.linkOf({ approver: 'Mallory' }),
      403,
      'not-an-approver',
    ],
    [
      'on evidence that is out of date',
      async (door) => await door.linkOf({ evidenceDigest: 'b'.repeat(64) }),
      410,
      'superseded',
    ],
    [
      'of another incident',
      async (door) =>
        (await door.linkOf({ incidentId: 'orders-2' })).replace('orders-2', 'orders-1'),
      403,
      'link-broken',
    ],
    ['that is missing', ({ link }) => link.replace(/\?.*/, ''), 403, 'link-broken'],
    [
      'with another signature',
      ({ link }) => `${link.slice(0, -12)}AAAAAAAAAAAA`,
      403,
      'link-broken',
    ],
    [
      'that has expired',
      async (door) => await door.linkOf({ expiresAt: '2026-10-02T17:04:00.000Z' }),
      410,
      'link-expired',
    ],
  ])('%s', async (_, linkOf, status, ruleId) => {
    const door = await openDoor();
    const link = await linkOf(door);
    const seen = await door.visit(link);
    expect(seen.statusCode).toBe(status);
    expect(seen.body).not.toContain('<form');
    // Whoever holds it learns nothing of the incident.
    expect(seen.body).not.toContain('eu-west-1');
    const token = await door.formToken(door.link);
    const { searchParams } = new URL(link);
    const own = searchParams.has('link') ? token : '';
    await door.submit(link, { token: own, decision: 'rejected', reason: '' });
    expect(await door.read()).toMatchObject({ votes: [], revision: 1 });
    const [entry] = await door.ledger();
    const rule = ruleId.startsWith('link') ? ruleId : 'form-forged';
    expect(entry).toMatchObject({ what: 'attempt-refused', entry: { ruleId: rule } });
  });

  it('once the time is over, though the link is still good', async () => {
    const door = await openDoor();
    const link = await door.linkOf({ expiresAt: '2026-10-02T20:00:00.000Z' });
    const fields = await door.yes(link);
    await door.clock.advance(1800);
    expect((await door.submit(link, fields)).statusCode).toBe(409);
    await refused(door, 'expired');
    expect((await door.visit(link)).body).toContain('Expired');
  });

  it('again after it decided: it cannot be replayed', async () => {
    const door = await openDoor();
    const fields = await door.yes();
    await door.submit(door.link, fields);
    const before = await door.read();
    expect((await door.submit(door.link, fields)).statusCode).toBe(303);
    expect((await door.submit(door.link, { ...fields, decision: 'rejected' })).statusCode).toBe(
      409,
    );
    expect(await door.read()).toEqual(before);
  });

  it('about an incident that asks nothing', async () => {
    const door = await openDoor();
    const link = await door.linkOf({ incidentId: 'orders-9' });
    const answer = await door.visit(link);
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toContain('Nothing is asked');
  });
});

describe('A rotation of the key', () => {
  it('leaves the links and forms of the key before good, until the next one', async () => {
    const door = await openDoor({ expiresAt: '2026-10-02T22:00:00.000Z', approvalsNeeded: 2 });
    const link = await door.linkOf({ expiresAt: '2026-10-02T23:00:00.000Z' });
    const fields = await door.yes(link);
    door.rotateKey(2);
    await door.clock.advance(61);
    expect((await door.submit(link, fields)).statusCode).toBe(303);
    door.rotateKey(3);
    await door.clock.advance(61);
    expect((await door.visit(link)).statusCode).toBe(403);
    expect((await door.submit(link, { ...fields, decision: 'rejected' })).statusCode).toBe(403);
    expect((await door.read())?.votes).toHaveLength(1);
    expect((await door.read())?.decision).toBeUndefined();
  });
});
