import { describe, expect, it } from '@jest/globals';
import { createFormToken, formTokenFault, readLink } from '../../../aws/approvals/links.ts';
import { INCIDENT, LINK_SECRET } from '../../functions/front-door-bench.ts';
import { forge, prepareLinks } from './forge.ts';

describe('The key', () => {
  it('that cannot be read makes no link and reads none, however well it is signed', async () => {
    const { runtime, fault, faults, clock, linkOf, link } = await prepareLinks();
    const token = new URL(link).searchParams.get('link') ?? '';
    const form = await createFormToken(runtime, token);
    await clock.advance(61);
    for (const kind of ['rejected', 'throttled', 'request lost'] as const) {
      faults.always(kind, 'GetSecretValue');
      await expect(fault(token)).rejects.toThrow();
      await expect(formTokenFault(runtime, token, form)).rejects.toThrow();
      await expect(linkOf()).rejects.toThrow();
      faults.revive();
    }
    expect(await fault(token)).toBe('none');
  });

  it.each([
    ['is too short', 'k'.repeat(31)],
    ['is empty', ''],
  ])('is no key when it %s, and the error does not tell it', async (_, value) => {
    const { runtime, world, clock, linkOf } = await prepareLinks();
    world.secrets.set(LINK_SECRET, { current: { id: 'version-1', value }, previous: undefined });
    await clock.advance(61);
    const failure: unknown = await linkOf().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'NotReadyError' });
    if (value !== '') expect(String(failure)).not.toContain(value);
    await expect(readLink(runtime, INCIDENT, forge({}, {}, value))).rejects.toThrow();
  });

  it('is read once a minute, not at every request', async () => {
    const { fault, faults, clock } = await prepareLinks();
    const before = faults.count('GetSecretValue');
    for (let index = 0; index < 10; index += 1) await fault(forge());
    expect(faults.count('GetSecretValue')).toBe(before);
    await clock.advance(60);
    await fault(forge());
    expect(faults.count('GetSecretValue')).toBe(before + 2);
  });

  it('that somebody invents makes us read again, but not at every request', async () => {
    const { fault, faults } = await prepareLinks();
    const before = faults.count('GetSecretValue');
    for (let index = 0; index < 100; index += 1)
      await fault(forge({ kid: `version-${index + 9}` }));
    expect(faults.count('GetSecretValue') - before).toBeLessThanOrEqual(2);
  });

  it('that another function signs with since a moment is found within seconds', async () => {
    const { fault, rotateKey, clock } = await prepareLinks();
    rotateKey(2);
    await clock.advance(5);
    expect(await fault(forge({ kid: 'version-2' }, {}, 'key-2-'.padEnd(64, 'k')))).toBe('none');
    expect(await fault(forge())).toBe('none');
  });

  it('of two rotations ago signs nothing any more', async () => {
    const { fault, rotateKey, clock } = await prepareLinks();
    rotateKey(2);
    rotateKey(3);
    await clock.advance(61);
    expect(await fault(forge())).toBe('badSignature');
  });

  it('is told apart from its id: a good key under another name is refused', async () => {
    const { fault, rotateKey, clock } = await prepareLinks();
    rotateKey(2);
    await clock.advance(61);
    expect(await fault(forge({ kid: 'version-2' }))).toBe('badSignature');
  });
});
