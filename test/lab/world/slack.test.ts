import { describe, expect, it } from '@jest/globals';
import type { Block } from '../../../lab/world/slack-limits.ts';
import { createSlack } from '../../../lab/world/slack.ts';
import type { Delivery } from '../../../lab/world/world.ts';

const block: Block = {
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }],
};
const header: Block = { type: 'header', text: { type: 'plain_text', text: 'x' } };

function prepare() {
  const deliveries: Delivery[] = [];
  const slack = createSlack({ now: () => new Date('2026-10-02T17:00:00Z') }, deliveries);
  slack.channels.add('C0SHOP');
  const call = (method: string, body: object, token = 'xoxb-lab-0123456789'): unknown => {
    const headers = { authorization: `Bearer ${token}` };
    const url = `https://slack.com/api/${method}`;
    return JSON.parse(slack.answer({ url, headers, body: JSON.stringify(body) }).body);
  };
  const quiet = { unfurl_links: false, unfurl_media: false };
  const post = (more: object = {}): unknown =>
    call('chat.postMessage', { channel: 'C0SHOP', text: 't', blocks: [block], ...quiet, ...more });
  return { slack, deliveries, call, post };
}

const long = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
const button = { type: 'button', action_id: 'a', text: long(1), value: 'v' };

describe('the lab’s Slack refuses', () => {
  it.each<[string, object]>([['a token that is another', { error: 'invalid_auth' }]])(
    '%s',
    (_, answer) => {
      const { call } = prepare();
      expect(call('auth.test', {}, 'xoxb-other')).toMatchObject({ ok: false, ...answer });
    },
  );

  it.each<[string, object, string]>([
    ['a channel without the app', { channel: 'C0OTHER' }, 'not_in_channel'],
    ['a thread that is not there', { thread_ts: '1.2' }, 'thread_not_found'],
    ['no blocks', { blocks: [] }, 'invalid_blocks'],
    ['51 blocks', { blocks: Array.from({ length: 51 }, () => block) }, 'invalid_blocks'],
    ['a long header', { blocks: [{ ...header, text: long(151) }] }, 'invalid_blocks'],
    ['an empty text', { blocks: [{ type: 'section', text: long(0) }] }, 'invalid_blocks'],
    ['a long section', { blocks: [{ type: 'section', text: long(3001) }] }, 'invalid_blocks'],
    ['an unknown block', { blocks: [{ type: 'video' }] }, 'invalid_blocks'],
    [
      'a long button',
      { blocks: [{ type: 'actions', elements: [{ ...button, text: long(76) }] }] },
      'invalid_blocks',
    ],
    [
      'two buttons of one name',
      { blocks: [{ type: 'actions', elements: [button, button] }] },
      'invalid_blocks',
    ],
    [
      'more than it shows',
      { blocks: Array.from({ length: 5 }, () => ({ type: 'section', text: long(3000) })) },
      'msg_blocks_too_long',
    ],
  ])('%s', (_, change, error) => {
    const { post, slack } = prepare();
    expect(post(change)).toEqual({ ok: false, error });
    expect(slack.posts).toEqual([]);
  });

  it('to change a message that is not there, and to press a button that is not there', () => {
    const { call, post, slack } = prepare();
    const change = { channel: 'C0SHOP', ts: '1.2', text: 't', blocks: [block] };
    expect(call('chat.update', change)).toMatchObject({ error: 'message_not_found' });
    post();
    const [message] = slack.posts;
    if (message === undefined) throw new Error('nothing was posted');
    expect(() => slack.click(message, 'approve', 'U0OLGA')).toThrow('no button approve');
  });
});

describe('the lab’s Slack', () => {
  it('keeps threads and changes, and counts as told what was posted', () => {
    const { call, post, slack, deliveries } = prepare();
    post({ text: 'a &lt; b' });
    const [root] = slack.posts;
    expect(post({ thread_ts: root?.ts, reply_broadcast: true })).toMatchObject({ ok: true });
    call('chat.update', { channel: 'C0SHOP', ts: root?.ts, text: 'new', blocks: [header] });
    expect(slack.posts).toMatchObject([
      { text: 'new', edits: 1, blocks: [header] },
      { threadTs: root?.ts, isBroadcast: true, edits: 0 },
    ]);
    expect(deliveries.map(({ subject }) => subject)).toEqual(['a < b', 't']);
  });
});
