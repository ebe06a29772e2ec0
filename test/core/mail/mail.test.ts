import { describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import type { Addressee } from '../../../core/mail/mail.ts';
import { renderMail } from '../../../core/mail/mail.ts';
import type { Message } from '../../../core/messages.ts';
import { brief } from '../../approval-samples.ts';
import {
  hostile,
  sampleCard,
  sampleMessage,
  sampleQuestion,
  shownRequest,
} from '../../channel-samples.ts';

const link = 'https://door.example.com/approvals/orders-1?t=olga&v=1';
const olga = { name: 'Olga Operator', link };
const nobody: Addressee = { name: undefined, link: undefined };
const render = (message: Message, to = nobody) => renderMail(message, to, 'example.com');

describe('a mail about hostile text', () => {
  const hostileBrief = {
    ...brief,
    service: hostile,
    alarm: hostile,
    alarmReason: hostile,
    question: hostile,
    down: [hostile, hostile],
    loss: hostile,
    warnings: [hostile],
    yes: [hostile],
    no: [hostile],
  };
  const approvers = [{ name: hostile.slice(0, 80), mail: 'x@example.com' }];
  const request = shownRequest({ brief: hostileBrief, approvers });
  const messages = [
    sampleQuestion('first', request),
    sampleMessage({ subject: hostile, body: hostile }),
    sampleMessage({ subject: hostile, body: hostile, card: null }),
    sampleMessage({ card: sampleCard({ plan: hostile, incidentId: hostile }) }),
  ];

  it.each(messages.map((message, index) => [index, message] as const))(
    'shows it as text and never as markup (%i)',
    (_, message) => {
      const mail = renderMail(message, { name: hostile, link }, 'example.com');
      const page = parse(mail.html);
      expect(page.querySelectorAll('script, img, iframe, form, object, svg')).toEqual([]);
      const hrefs = page.querySelectorAll('[href], [src]').map((each) => each.getAttribute('href'));
      expect(hrefs.filter((href) => href !== link)).toEqual([]);
      const attributes = page.querySelectorAll('*').flatMap((each) => Object.keys(each.attributes));
      expect(attributes.filter((name) => /^on/i.test(name))).toEqual([]);
      // eslint-disable-next-line no-control-regex -- these are what must not be there
      expect(mail.html + mail.text).not.toMatch(/[\u0000\u202e\r]/);
    },
  );

  it.each(messages.map((message, index) => [index, message] as const))(
    'lets no subject or header become another one (%i)',
    (_, message) => {
      const { subject, headers } = renderMail(message, nobody, 'example.com\r\nBcc: x@y.z');
      expect(subject).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(subject.length).toBeLessThanOrEqual(120);
      for (const { name, value } of headers) {
        expect(name).toMatch(/^[A-Za-z-]+$/);
        expect(value).toMatch(/^[ -~]{1,300}$/);
        if (name === 'References') expect(value).toMatch(/^<[A-Za-z0-9.-]+@[A-Za-z0-9.-]+>$/);
      }
    },
  );
});

describe('the mails of an incident', () => {
  it('have one subject and one thread, and only the first is no answer', () => {
    const mails = [
      sampleMessage(),
      sampleQuestion(),
      sampleQuestion('first', shownRequest(), null),
      sampleMessage({ turn: 'ended', subject: '[orders] FAILED: look at it now (orders-1)' }),
    ].map((message) => render(message));
    expect(mails.map(({ subject }) => subject)).toEqual([
      '[orders] Failover incident orders-1',
      'Re: [orders] Failover incident orders-1',
      'Re: [orders] Failover incident orders-1',
      'Re: [orders] Failover incident orders-1',
    ]);
    const root = '<orders-1.incident@example.com>';
    for (const { headers } of mails) {
      expect(headers).toContainEqual({ name: 'In-Reply-To', value: root });
      expect(headers).toContainEqual({ name: 'References', value: root });
      expect(headers).toContainEqual({ name: 'Auto-Submitted', value: 'auto-generated' });
    }
  });

  it('are important if they want a human now', () => {
    const important = { name: 'Importance', value: 'high' };
    expect(render(sampleMessage()).headers).toContainEqual(important);
    expect(render(sampleMessage({ urgency: 'info' })).headers).not.toContainEqual(important);
  });

  it('say in the first line what has happened', () => {
    const first = (message: Message) => render(message).text.split('\n')[0];
    expect(first(sampleMessage())).toBe('Outage suspected');
    expect(first(sampleQuestion())).toBe('DECISION NEEDED for orders, until 2026-10-02 17:34 UTC');
    expect(first(sampleMessage({ card: null, subject: '[orders] Alarm declined' }))).toBe(
      '[orders] Alarm declined',
    );
  });
});

describe('a question by mail', () => {
  it('has one big link for whoever may decide, in both parts', () => {
    const { html, text } = render(sampleQuestion(), olga);
    const links = parse(html).querySelectorAll('a');
    expect(links.map((each) => [each.text.trim(), each.getAttribute('href')])).toEqual([
      ['Open the decision page', link],
    ]);
    expect(text).toContain(link);
  });

  it('has no link for those who only look on', () => {
    const { html, text } = render(sampleQuestion());
    expect(parse(html).querySelectorAll('a')).toEqual([]);
    expect(text).not.toContain('https://');
  });

  it('shows what is down, the loss, the warnings, yes, no and until when', () => {
    const { html } = render(sampleQuestion(), olga);
    const page = parse(html);
    const words = page.text.replaceAll(/\s+/g, ' ');
    const { down, loss, warnings, yes, no, question } = brief;
    const shown = [question, ...down, loss, ...warnings, ...yes, ...no, '2026-10-02 17:34 UTC'];
    for (const each of shown) expect(words).toContain(each);
    expect(page.querySelectorAll('h2').map((each) => each.text)).toEqual([
      'What is down, and who says so',
      'What would be lost',
      'Beware',
      'If you say yes',
      'If you say no',
      'The alarm',
    ]);
  });

  it('loads nothing from anywhere', () => {
    const { html } = render(sampleQuestion(), olga);
    expect(html).not.toMatch(/src=|url\(|@import|<link/i);
    expect(parse(html).querySelector('html')?.getAttribute('lang')).toBe('en');
  });

  it('tells the approver of a long alarm without end no more than fits', () => {
    const endless = 'x'.repeat(500_000);
    const request = shownRequest({ brief: { ...brief, alarmReason: endless, down: [endless] } });
    const { html, text } = render(sampleQuestion('first', request), olga);
    expect(html.length).toBeLessThan(20_000);
    expect(text.length).toBeLessThan(61_000);
  });
});
