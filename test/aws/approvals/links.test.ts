import { describe, expect, it } from '@jest/globals';
import { createLink, readLink } from '../../../aws/approvals/links.ts';
import { digest, expiresAt, olga } from '../../approval-samples.ts';
import { HOST, INCIDENT } from '../../functions/front-door-bench.ts';
import { forge, prepareLinks } from './forge.ts';

describe('A link is refused', () => {
  it.each<[string, string, string]>([
    ['that is empty', '', 'missing'],
    ['that is nonsense', 'nonsense', 'malformed'],
    ['of two parts', forge().split('.').slice(0, 2).join('.'), 'malformed'],
    ['of five parts, as if encrypted', `${forge()}.a.b`, 'malformed'],
    ['with spaces', ` ${forge()}`, 'malformed'],
    ['that is endless', `${forge()}${'A'.repeat(5000)}`, 'malformed'],
    ['without a key id', forge({ kid: undefined }), 'malformed'],
    ['whose header is no JSON', `AAAA.${forge().split('.').slice(1).join('.')}`, 'malformed'],
    ['of a key that nobody knows', forge({ kid: 'version-9' }), 'badSignature'],
    ['signed with another key', forge({}, {}, 'another key of the same length'), 'badSignature'],
    ['signed with an empty key', forge({}, {}, ''), 'badSignature'],
    ['with no algorithm', forge({ alg: 'none' }), 'badSignature'],
    [
      'with no algorithm and no signature',
      forge({ alg: 'none' }).replace(/[^.]+$/, ''),
      'malformed',
    ],
    ['of another algorithm', forge({ alg: 'HS512' }, {}, undefined, 'sha512'), 'badSignature'],
    ['of a public-key algorithm', forge({ alg: 'RS256' }), 'badSignature'],
    ['of no type', forge({ typ: undefined }), 'badSignature'],
    ['of the type of a form', forge({ typ: 'failover-form+jwt' }), 'badSignature'],
    ['for another audience', forge({}, { aud: 'approval-form' }), 'badSignature'],
    ['for no audience', forge({}, { aud: undefined }), 'badSignature'],
    ['with extensions that we do not know', forge({ crit: ['b64'], b64: false }), 'malformed'],
    ['that never expires', forge({}, { exp: undefined }), 'badSignature'],
    ['that expires in words', forge({}, { exp: 'tomorrow' }), 'badSignature'],
    ['that names no approver', forge({}, { approver: undefined }), 'malformed'],
    ['that names a list of approvers', forge({}, { approver: [olga.name] }), 'malformed'],
    ['of another incident', forge({}, { incident: 'orders-2' }), 'wrongIncident'],
    ['that has expired', forge({}, { exp: Date.parse('2026-10-02T17:00:00Z') / 1000 }), 'expired'],
  ])('%s', async (_, token, expected) => {
    const { fault } = await prepareLinks();
    expect(await fault(token)).toBe(expected);
  });

  it('that is ours but for one letter, wherever it is', async () => {
    const { fault, link } = await prepareLinks();
    const token = new URL(link).searchParams.get('link') ?? '';
    expect(await fault(token)).toBe('none');
    // The last letter carries four bits; the two below them mean nothing.
    for (let index = 0; index < token.length - 1; index += 1) {
      const letter = token[index] === 'A' ? 'B' : 'A';
      const altered = `${token.slice(0, index)}${letter}${token.slice(index + 1)}`;
      expect([index, await fault(altered)]).not.toEqual([index, 'none']);
    }
  });

  it('whose parts are ours, each of another link', async () => {
    const { fault, linkOf } = await prepareLinks();
    const partsOf = async (approver: string) => {
      const link = await linkOf({ approver });
      return (new URL(link).searchParams.get('link') ?? '').split('.');
    };
    const [olgas, ottos] = [await partsOf(olga.name), await partsOf('Otto Oncall')];
    expect(await fault([olgas[0], ottos[1], olgas[2]].join('.'))).toBe('badSignature');
    expect(await fault([olgas[0], olgas[1], ottos[2]].join('.'))).toBe('badSignature');
  });
});

describe('A link is good', () => {
  it('as it was made, and says who may decide what until when', async () => {
    const { runtime, link } = await prepareLinks();
    const { host, pathname, searchParams } = new URL(link);
    expect([host, pathname]).toEqual([HOST, '/approvals/orders-1']);
    expect(await readLink(runtime, INCIDENT, searchParams.get('link') ?? '')).toEqual({
      ok: true,
      link: { incidentId: INCIDENT, approver: olga.name, evidenceDigest: digest, expiresAt },
    });
  });

  it('as somebody else signs by the same standard', async () => {
    const { fault } = await prepareLinks();
    expect(await fault(forge())).toBe('none');
  });

  it.each([
    [29, 'none'],
    [31, 'expired'],
  ])('%d s after its end by our clock: %s, because clocks differ', async (seconds, expected) => {
    const { fault, clock } = await prepareLinks();
    const token = forge({}, { exp: clock.now().getTime() / 1000 });
    await clock.advance(seconds);
    expect(await fault(token)).toBe(expected);
  });

  it.each(['Zoë Ärmel', '李雷', 'O’Brien "the <b>"', '😀'])('for %s', async (approver) => {
    const { runtime, linkOf } = await prepareLinks();
    const token = new URL(await linkOf({ approver })).searchParams.get('link') ?? '';
    expect(await readLink(runtime, INCIDENT, token)).toMatchObject({
      ok: true,
      link: { approver },
    });
  });
});

describe('A stack without a front door', () => {
  it.each(['frontDoorUrl', 'linkSecret'])('makes no links: %s is not set', async (name) => {
    const { runtime } = await prepareLinks();
    const environment = { ...runtime.environment, [name]: undefined };
    const link = { incidentId: INCIDENT, approver: olga.name, evidenceDigest: digest, expiresAt };
    await expect(createLink({ ...runtime, environment }, link)).rejects.toMatchObject({
      name: 'NotReadyError',
      message: expect.stringContaining('deploy again'),
    });
  });
});
