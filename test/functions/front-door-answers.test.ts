import { describe, expect, it } from '@jest/globals';
import { openDoor } from './front-door-bench.ts';

const policy = new RegExp(
  "^default-src 'none'; style-src 'sha256-[^' ]+'; form-action 'self'; " +
    "frame-ancestors 'none'; base-uri 'none'$",
);

describe('Every answer', () => {
  it('forbids scripts, frames, caches and referrers, and sets no cookie', async () => {
    const door = await openDoor();
    const answers = [
      await door.visit(door.link),
      await door.visit('/'),
      await door.submit(door.link, {}),
      await door.submit(door.link, await door.yes()),
      await door.visit(door.link, { method: 'HEAD' }),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 404, 400, 303, 200]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(policy),
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'strict-transport-security': expect.any(String),
        'permissions-policy': expect.any(String),
        'cross-origin-opener-policy': 'same-origin',
        'x-robots-tag': expect.stringContaining('noindex'),
      });
      expect(headers['set-cookie']).toBeUndefined();
    }
  });

  it('leaves no token in the log', async () => {
    const door = await openDoor();
    const fields = await door.yes();
    await door.submit(door.link, { ...fields, decision: 'maybe' });
    await door.submit(door.link, { ...fields, token: `${fields['token'] ?? ''}x` });
    await door.submit(door.link, fields);
    expect(door.lines.length).toBeGreaterThan(2);
    const tokens = [new URL(door.link).searchParams.get('link') ?? '', fields['token'] ?? ''];
    for (const token of tokens) {
      const [head = '', , signature = ''] = token.split('.');
      expect(signature).not.toBe('');
      expect(door.lines.join()).not.toContain(signature);
      expect(door.lines.join()).not.toContain(head);
    }
  });
});
