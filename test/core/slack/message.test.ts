import { describe, expect, it } from '@jest/globals';
import { readPress } from '../../../core/slack/buttons.ts';
import { cardBlocks, stateOf } from '../../../core/slack/card.ts';
import { askedInSlack, fallbackText, messageBody } from '../../../core/slack/message.ts';
import { closedQuestionBlocks } from '../../../core/slack/question.ts';
import { buttonsOf, linesOf } from '../../../lab/world/slack-limits.ts';
import { askedAt, brief, digest, sampleVote } from '../../approval-samples.ts';
import {
  hostile,
  sampleCard,
  sampleMessage,
  sampleQuestion,
  shownRequest,
} from '../../channel-samples.ts';
import { passed } from './support.ts';

const decision = {
  decision: 'approved',
  by: 'Olga Operator',
  reason: hostile,
  decidedAt: askedAt,
  evidenceDigest: digest,
} as const;
const many = Array.from({ length: 100 }, (_, index) => `${index} ${'"x\\'.repeat(400)}`);
const wild = { ...brief, question: hostile, down: [hostile], loss: hostile, yes: [hostile] };
const huge = { ...brief, down: many, warnings: many, yes: many, no: many, loss: many.join() };

describe('a message in Slack asks', () => {
  const approvers = [
    { name: 'by mail alone', mail: 'a@example.com', iam: 'arn:aws:iam::111122223333:user/a' },
    { name: 'by buttons', slack: 'U0BUTTONS' },
    { name: 'by command', slack: 'U0COMMAND', iam: 'arn:aws:iam::111122223333:user/b' },
  ];
  const question = sampleQuestion('first', shownRequest({ approvers }));
  it.each([
    ['nobody without a question', sampleMessage(), true, []],
    ['nobody who has only buttons that are not there', question, false, ['by command']],
    ['whoever it mentions', question, true, ['by buttons', 'by command']],
  ])('%s', (_, message, hasButtons, names) => {
    expect(askedInSlack(message, hasButtons)).toEqual(names);
  });
});

describe('hostile and endless text in Slack', () => {
  const requests = [wild, huge, { ...wild, loss: '', question: ' ', down: [], yes: [], no: [] }];
  const phases = many.map((why) => ({ name: hostile, at: askedAt, why }));
  const bodies = requests.flatMap((each) => {
    const request = shownRequest({ brief: each });
    const card = sampleCard({ request, alarm: hostile, alarmReason: many.join(), phases });
    const decided = { ...card, request: { ...request, decision } };
    const ended = { ...decided, ending: { outcome: hostile, why: many.join() } };
    const message = sampleQuestion('first', request, card);
    return [
      messageBody(message, true).blocks,
      messageBody({ ...message, body: many.join('\n') }, false).blocks,
      messageBody(sampleMessage({ subject: hostile, body: hostile }), true).blocks,
      messageBody(sampleMessage({ subject: '', body: '' }), true).blocks,
      ...[card, decided, ended].map((one) => cardBlocks(one)),
      ...[card, decided, ended].map((one) => closedQuestionBlocks(one, digest)),
    ];
  });

  it('is never refused by Slack for its form or its length', () => {
    for (const blocks of bodies) passed(blocks);
    expect(bodies.length).toBe(30);
  });

  it('is in elements that read no markup, and mentions only approvers', () => {
    for (const blocks of bodies) {
      expect(JSON.stringify(blocks)).not.toContain('"mrkdwn"');
      const mentioned = [...JSON.stringify(blocks).matchAll(/"user_id":"(\w+)"/g)];
      const ids = mentioned.map(([, id]) => id);
      expect(ids.filter((id) => id !== 'U0OLGA' && id !== 'U0OTTO')).toEqual([]);
    }
  });

  it('is harmless in the line that a notification shows', () => {
    const text = fallbackText(hostile);
    expect(text).not.toMatch(/[<>`\n\r]|(^|\s)[*_~]\S/);
    expect(text).toContain('&lt;!channel&gt; &lt;@U0EVIL&gt;');
    expect(fallbackText('Workflow TIMED_OUT & gone')).toBe('Workflow TIMED_OUT &amp; gone');
    expect(fallbackText('x'.repeat(1000))).toHaveLength(300);
  });
});

describe('a question in Slack', () => {
  const blocks = passed(messageBody(sampleQuestion(), true).blocks);

  it('has two buttons with a dialog each, and no token', () => {
    const buttons = buttonsOf(blocks);
    expect(buttons.map(({ action_id, style }) => [action_id, style])).toEqual([
      ['approve', 'primary'],
      ['reject', 'danger'],
    ]);
    expect(buttons[0]?.confirm?.text.text).toBe(`Loss: ${brief.loss} ${brief.yes.join(' ')}`);
    expect(buttons[1]?.confirm?.text.text).toBe(brief.no.join(' '));
    expect(JSON.stringify(blocks)).not.toContain('token');
    expect(JSON.stringify(blocks)).not.toContain('t=olga');
  });

  it('reads back what its buttons carry, and nothing else', () => {
    const value = buttonsOf(blocks)[0]?.value ?? '';
    const press = { incidentId: 'orders-1', digest: digest.slice(0, 16) };
    expect(readPress('approve', value)).toEqual({ ...press, decision: 'approved' });
    expect(readPress('reject', value)).toEqual({ ...press, decision: 'rejected' });
    const broken = ['', 'orders-1', '#abcdefabcdef', `orders-1#${'A'.repeat(16)}`, `${value}#x`];
    for (const each of broken) expect(readPress('approve', each)).toBeUndefined();
    expect(readPress('delete', value)).toBeUndefined();
    expect(readPress('toString', value)).toBeUndefined();
  });

  it('mentions those who are asked, and says what is at stake', () => {
    const lines = linesOf(blocks).join('\n');
    for (const each of ['@U0OLGA', '@U0OTTO', brief.loss, ...brief.down, ...brief.warnings]) {
      expect(lines).toContain(each);
    }
  });

  it('says how to answer where nobody listens to buttons', () => {
    const plain = passed(messageBody(sampleQuestion(), false).blocks);
    expect(buttonsOf(plain)).toEqual([]);
    expect(linesOf(plain).join('\n')).toContain('npx failover approve orders-1');
    expect(linesOf(plain).join('\n')).toContain('@U0OLGA');
  });

  it('has no buttons once it is closed, and says who decided, and when', () => {
    const request = shownRequest({ decision });
    const closed = passed(closedQuestionBlocks(sampleCard({ request }), digest));
    expect(buttonsOf(closed)).toEqual([]);
    expect(linesOf(closed)[0]).toMatch(/^Approved by Olga Operator at 2026-10-02T17:04:45.000Z/);
    const older = passed(closedQuestionBlocks(sampleCard({ request }), 'b'.repeat(64)));
    expect(linesOf(older)[1]).toContain('The evidence has changed');
  });
});

describe('the card', () => {
  const textOf = (card: Parameters<typeof cardBlocks>[0]) =>
    linesOf(passed(cardBlocks(card))).join('\n');

  it('follows the incident: suspected, asked, voted, decided, ended', () => {
    expect(stateOf(sampleCard())).toBe('[orders] Outage suspected');
    const asked = shownRequest({ approvalsNeeded: 2 });
    expect(textOf(sampleCard({ request: asked }))).toContain('2 must say yes.');
    const voted = { ...asked, votes: [sampleVote()] };
    expect(textOf(sampleCard({ request: voted }))).toContain('1 of 2 said yes: Olga Operator.');
    const decided = sampleCard({ request: { ...voted, decision } });
    expect(textOf(decided)).toContain('Approved by Olga Operator at');
    const ending = { outcome: 'recovered', why: 'The service answers.' };
    expect(stateOf({ ...decided, ending })).toBe('[orders] recovered: The service answers.');
  });

  it('has buttons only while the question is open', () => {
    const count = (card: Parameters<typeof cardBlocks>[0]) =>
      buttonsOf(passed(cardBlocks(card))).length;
    const request = shownRequest();
    expect(count(sampleCard())).toBe(0);
    expect(count(sampleCard({ request }))).toBe(2);
    expect(count(sampleCard({ request: { ...request, decision } }))).toBe(0);
    const ending = { outcome: 'failed', why: 'It failed.' };
    expect(count(sampleCard({ request, ending }))).toBe(0);
  });

  it('rings for nobody: an update would not, and the first post need not', () => {
    expect(textOf(sampleCard({ request: shownRequest() }))).not.toContain('@U0');
  });
});
