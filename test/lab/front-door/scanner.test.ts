import { afterEach, describe, expect, it } from '@jest/globals';
import { parse } from 'node-html-parser';
import { questionNotice } from '../../../core/approval/notices.ts';
import { renderMail } from '../../../core/mail/mail.ts';
import { startMailbox } from '../../../lab/parts/mailbox.ts';
import type { CaughtMail } from '../../../lab/world/mail.ts';
import { olga } from '../../approval-samples.ts';
import { serve } from '../../browser/gallery.ts';
import { sampleCard, shownRequest } from '../../channel-samples.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

/** A front door with an open question, and the mail about it as it lies in Olga's mailbox. */
async function receive() {
  const served = await serve({});
  const mails: Omit<CaughtMail, 'at'>[] = [];
  const mailbox = await startMailbox((mail) => mails.push(mail));
  opened.push(served.close, async () => {
    await mailbox.close();
  });
  const request = shownRequest();
  const links = new Map([[olga.name, served.link]]);
  const asked = { request, links };
  const notice = questionNotice('first', asked, sampleCard({ request }), '--region eu-central-1');
  const { subject, html, text, headers } = renderMail(
    notice,
    { name: olga.name, link: served.link },
    'orders.example.com',
  );
  const to = 'olga@orders.example.com';
  const envelope = { from: 'failover@orders.example.com', to, messageId: '<1@example.com>' };
  await mailbox.carry({ ...envelope, subject, html, text, headers });
  const [mail] = mails;
  if (mail === undefined) throw new Error('No mail came.');
  return { served, mail };
}

/** Every address in a mail: in attributes of the HTML, and written out in the text. */
function addressesIn({ html, text }: Pick<CaughtMail, 'html' | 'text'>): URL[] {
  const attributes = ['href', 'src', 'action', 'background', 'poster'];
  const linked = parse(html)
    .querySelectorAll('*')
    .flatMap((each) => attributes.flatMap((name) => each.getAttribute(name) ?? []));
  const written = [...text.matchAll(/https?:\/\/\S+/g)].map(([address]) => address);
  return [...new Set([...linked, ...written])].map((address) => new URL(address));
}

describe('A scanner that presses everything in a mail', () => {
  it('changes nothing, by GET or by HEAD, and the link still decides afterwards', async () => {
    const { served, mail } = await receive();
    const all = addressesIn(mail);
    const ours = all.filter(({ href }) => href.startsWith(served.url));
    // What is not ours is AWS's console, which asks for a password.
    const others = all.filter((address) => !ours.includes(address));
    expect(others.filter(({ host }) => !host.endsWith('console.aws.amazon.com'))).toEqual([]);
    expect(ours.length).toBeGreaterThan(0);

    const before = structuredClone([...served.world.items]);
    for (const { href } of ours) {
      for (const method of ['GET', 'HEAD', 'GET']) {
        expect((await fetch(href, { method })).status).toBe(200);
      }
    }
    expect([...served.world.items]).toEqual(before);

    const answer = await served.submit(served.link, await served.yes(served.link));
    expect(answer.statusCode).toBe(303);
    expect((await served.read())?.votes).toHaveLength(1);
  });

  it('finds nothing that a program fetches by itself: no picture, no style sheet', async () => {
    const { mail } = await receive();
    const loading = parse(mail.html).querySelectorAll('img, link, script, iframe, object, [src]');
    expect(loading.map(({ outerHTML }) => outerHTML)).toEqual([]);
  });
});
