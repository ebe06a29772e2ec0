import { describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { olga } from '../approval-samples.ts';
import { openDoor } from './front-door-bench.ts';
import { footprint } from './sweep.ts';

type Door = Awaited<ReturnType<typeof openDoor>>;

async function refusesAll({ read, ledger }: Door): Promise<void> {
  expect(await read()).toMatchObject({ votes: [], revision: 1 });
  expect((await ledger()).filter(({ what }) => what === 'vote')).toEqual([]);
}

describe('FrontDoor has nothing at', () => {
  it.each([
    ['the root', '/'],
    ['a file that browsers ask for', '/favicon.ico'],
    ['approvals without an id', '/approvals/'],
    ['an id that would be no key', `/approvals/${'x'.repeat(201)}`],
    ['an id with other characters', '/approvals/a%23b'],
    ['an id that is not encoded soundly', '/approvals/%zz'],
    ['something below an approval', '/approvals/orders-1/more'],
    ['another path to it', '//approvals/orders-1'],
  ])('%s', async (_, path) => {
    const { visit, faults } = await openDoor();
    const before = faults.calls.length;
    const answer = await visit(path);
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toContain('Nothing is here');
    expect(faults.calls.length).toBe(before);
  });
});

describe('FrontDoor refuses the method', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s', async (method) => {
    const door = await openDoor();
    const answer = await door.visit(door.link, { method });
    expect(answer).toMatchObject({ statusCode: 405, headers: { allow: 'GET, HEAD, POST' } });
    await refusesAll(door);
  });

  it.each(['TRACE', 'CONNECT', 'NOT A METHOD'])('%s, which is no web request', async (method) => {
    const door = await openDoor();
    const answer = await door.visit(door.link, { method });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['cache-control']).toBe('no-store');
    await refusesAll(door);
  });
});

describe('FrontDoor fails closed', () => {
  it.each([
    ['the secret is forbidden', 'GetSecretValue'],
    ['the table is forbidden', 'GetItem'],
  ])('when %s: the page says what to do instead, and nothing else', async (_, command) => {
    const door = await openDoor();
    const fields = await door.yes();
    door.faults.always('rejected', command);
    await door.clock.advance(61);
    for (const answer of [await door.visit(door.link), await door.submit(door.link, fields)]) {
      expect(answer.statusCode).toBe(500);
      expect(answer.body).toContain('failover approve');
      expect(answer.body).not.toMatch(/AccessDenied|not authorized|arn:aws/);
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    }
    expect(door.lines.join()).toContain('AccessDeniedException');
    door.faults.revive();
    await refusesAll(door);
  });

  it('when the stack has no secret', async () => {
    const door = await openDoor();
    door.world.secrets.clear();
    await door.clock.advance(61);
    expect((await door.visit(door.link)).statusCode).toBe(500);
  });
});

describe('A scanner of mail', () => {
  it('reads every link of the page by GET and HEAD, and changes nothing', async () => {
    const door = await openDoor();
    const before = footprint(door.world);
    const { body } = await door.visit(door.link);
    const links = parse(body)
      .querySelectorAll('[href], [src], [action]')
      .flatMap((each) => ['href', 'src', 'action'].map((name) => each.getAttribute(name)));
    const all = [door.link, ...links.flatMap((each) => each ?? [])];
    expect(all.length).toBeGreaterThan(1);
    for (const address of all) {
      const target = new URL(address, door.link);
      // Nothing leads elsewhere, so that no address with its token ever leaves the page.
      expect(target.host).toBe(new URL(door.link).host);
      await door.visit(target.href);
      await door.visit(`${target.href}&decision=approved&acknowledged=yes`);
      expect((await door.visit(target.href, { method: 'HEAD' })).body).toBe('');
    }
    await door.visit(door.link, { body: 'decision=approved&acknowledged=yes' });
    expect(footprint(door.world)).toEqual(before);
    expect(door.lines).toEqual([]);
    await refusesAll(door);
  });
});

describe('A vote from the page', () => {
  it('is counted once, however often the button is pressed', async () => {
    const door = await openDoor({ approvalsNeeded: 2 });
    const fields = { ...(await door.yes()), reason: ' seen it\r\nmyself ' };
    const answers = await Promise.all([
      door.submit(door.link, fields),
      door.submit(door.link, fields),
    ]);
    answers.push(await door.submit(door.link, fields));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303, 303]);
    const { pathname, search } = new URL(door.link);
    expect(answers[0].headers['location']).toBe(`${pathname}${search}`);
    expect((await door.read())?.votes).toEqual([
      {
        approver: olga.name,
        decision: 'approved',
        reason: 'seen it\nmyself',
        at: door.clock.now().toISOString(),
        evidenceDigest: expect.any(String),
        origin: {
          channel: 'page',
          identity: olga.mail,
          address: '198.51.100.7',
          agent: 'a phone',
        },
      },
    ]);
    const { body } = await door.visit(door.link);
    expect(parse(body).querySelector('title')?.text).toContain('You have approved: 1 of 2');
  });

  it('decides, and the page shows who did and what happened since', async () => {
    const door = await openDoor();
    await door.submit(door.link, { ...(await door.yes()), decision: 'rejected' });
    expect((await door.read())?.decision).toMatchObject({ decision: 'rejected', by: olga.name });
    const page = parse((await door.visit(door.link)).body);
    expect(page.querySelector('title')?.text).toContain('Rejected');
    expect(page.querySelector('main')?.text).toContain(`By ${olga.name}`);
    expect(page.querySelectorAll('form, button')).toHaveLength(0);
  });

  it('may become a no while it is not decided', async () => {
    const door = await openDoor({ approvalsNeeded: 2 });
    const fields = await door.yes();
    await door.submit(door.link, fields);
    await door.submit(door.link, { ...fields, decision: 'rejected' });
    expect((await door.read())?.decision).toMatchObject({ decision: 'rejected' });
  });

  it('that comes after the decision is told who decided and when', async () => {
    const door = await openDoor();
    const otto = await door.linkOf({ approver: 'Otto Oncall' });
    const late = await door.yes();
    await door.submit(otto, { ...(await door.yes(otto)), decision: 'rejected' });
    const answer = await door.submit(door.link, late);
    expect(answer.statusCode).toBe(409);
    expect(parse(answer.body).querySelector('[role=alert]')?.text).toContain(
      'rejected by Otto Oncall',
    );
    expect(door.lines.join()).toContain('"ruleId":"decided"');
  });
});
