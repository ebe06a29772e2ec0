import { describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import type { ApprovalView } from '../../../../core/approval/page/approval-page.ts';
import { approvalPage } from '../../../../core/approval/page/approval-page.ts';
import { plainPage } from '../../../../core/approval/page/plain-page.ts';
import { askedAt, brief, digest, olga, otto } from '../../../approval-samples.ts';
import { sampleRequest, sampleVote } from '../../../approval-samples.ts';

const markup = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'><b onclick=x>&lt;i&gt;';

const view = (change: Partial<ApprovalView> = {}): ApprovalView => ({
  state: 'pending',
  request: sampleRequest(),
  you: olga.name,
  now: askedAt,
  phases: [],
  token: 'form-token',
  ...change,
});

/** Puts text into every field that may hold text from outside. */
function everywhere(text: string): ApprovalView {
  const list = [text, text];
  const vote = sampleVote({ approver: text, reason: text });
  return view({
    state: 'approved',
    you: text,
    token: text,
    refusedBecause: text,
    phases: [{ name: text, at: askedAt, why: text }],
    request: sampleRequest({
      incidentId: text,
      evidenceDigest: digest,
      approvers: [{ name: text }, otto],
      votes: [vote],
      decision: {
        decision: 'approved',
        by: text,
        reason: text,
        decidedAt: askedAt,
        evidenceDigest: digest,
      },
      brief: {
        ...brief,
        service: text,
        primary: text,
        standby: text,
        alarm: text,
        alarmReason: text,
        question: text,
        down: list,
        loss: text,
        warnings: list,
        yes: list,
        no: list,
      },
    }),
  });
}

describe('The approval page', () => {
  it.each(['pending', 'partlyApproved', 'approved', 'rejected', 'expired'] as const)(
    'shows markup from outside as text, in every field: %s',
    async (state) => {
      const plainly = { ...everywhere('PLAIN'), state };
      const attacked = { ...everywhere(markup), state };
      const [clean, dirty] = [
        parse(await approvalPage(plainly)),
        parse(await approvalPage(attacked)),
      ];
      // The same elements, in the same order, with the same attributes: text made none of them.
      const shape = (page: typeof clean): string[] =>
        page.querySelectorAll('*').map((each) => {
          return `${each.tagName} ${Object.keys(each.attributes).join()}`;
        });
      expect(shape(dirty)).toEqual(shape(clean));
      expect(dirty.querySelectorAll('script, img, b, [onclick], [onerror]')).toHaveLength(0);
      const shown = (page: typeof clean): number =>
        (page.querySelector('body')?.text ?? '').split('PLAIN').length - 1;
      expect(shown(clean)).toBeGreaterThan(10);
      const text = dirty.querySelector('body')?.text ?? '';
      expect(text.split(markup).length - 1).toBe(shown(clean));
      expect(dirty.querySelector('title')?.text).toContain(markup);
    },
  );

  it('shows markup in the plain pages as text, too', async () => {
    const page = parse(
      await plainPage({ title: markup, lines: [markup], onward: { path: markup, words: markup } }),
    );
    expect(page.querySelectorAll('script, img, b')).toHaveLength(0);
    expect(page.querySelector('a')?.getAttribute('href')).toBe(markup);
  });

  it('drops what cannot be seen or turns the text, keeps lines, and ends what has no end', async () => {
    const text = `\u0000\u001b[31m\u202Eabc\u2066\ud800 a\tb\r\nc`;
    const page = parse(
      await approvalPage(view({ request: sampleRequest({ brief: { ...brief, loss: text } }) })),
    );
    const loss = page.querySelector('[aria-labelledby=loss] p')?.text.trim();
    expect(loss).toBe('[31m abc \ufffd a\tb \nc');
    const long = await approvalPage(
      view({ request: sampleRequest({ brief: { ...brief, alarmReason: 'x'.repeat(100_000) } }) }),
    );
    expect(long.length).toBeLessThan(30_000);
  });

  it('lets whoever approved only reject, and everybody else do both', async () => {
    const votes = [sampleVote()];
    const request = sampleRequest({ votes, approvalsNeeded: 2 });
    const decisions = async (you: string) =>
      parse(await approvalPage(view({ state: 'partlyApproved', request, you })))
        .querySelectorAll('button')
        .map((button) => button.getAttribute('value'));
    expect(await decisions(olga.name)).toEqual(['rejected']);
    expect(await decisions(otto.name)).toEqual(['approved', 'rejected']);
  });

  it('demands that the loss is accepted with a yes, and not with a no', async () => {
    const [yes, no] = parse(await approvalPage(view())).querySelectorAll('form');
    expect(yes?.querySelector('input[name=acknowledged]')?.hasAttribute('required')).toBe(true);
    expect(no?.querySelectorAll('input[type=checkbox]')).toHaveLength(0);
    for (const form of [yes, no]) {
      expect(form?.getAttribute('method')).toBe('post');
      expect(form?.querySelector('input[name=token]')?.getAttribute('value')).toBe('form-token');
    }
  });

  it.each([
    ['2026-10-02T17:33:46.000Z', 'less than a minute left'],
    ['2026-10-02T17:33:45.000Z', '1 minute left'],
    ['2026-10-02T17:04:46.000Z', '29 minutes left'],
    ['2026-10-02T15:04:00.000Z', '2 hours 30 minutes left'],
  ])('at %s says: %s', async (now, words) => {
    expect(parse(await approvalPage(view({ now }))).querySelector('.time')?.text).toContain(words);
  });

  it.each([
    ['pending', 'Decision needed - orders'],
    ['approved', 'Approved - orders'],
    ['rejected', 'Rejected - orders'],
    ['expired', 'Expired - orders'],
  ] as const)('says its state in the title: %s', async (state, title) => {
    const page = parse(await approvalPage(view({ state })));
    expect(page.querySelector('title')?.text).toBe(title);
    expect(page.querySelector('html')?.getAttribute('lang')).toBe('en');
    expect(page.querySelectorAll('h1, main')).toHaveLength(2);
  });
});
