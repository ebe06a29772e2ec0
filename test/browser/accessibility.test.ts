import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { chromiumPath } from './chromium.ts';
import { broken, states } from './gallery.ts';
import type { Served } from './look.ts';
import { desktop, glance, look, noScript, phone, startBrowser, stopBrowser } from './look.ts';

beforeAll(startBrowser, 60_000);
afterAll(stopBrowser);

/** What axe finds; the page allows no script, and axe is one. */
async function violations(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return await page.evaluate('axe.run().then(({ violations }) => violations)');
}

/** Sends the form of the page as no person could, and waits for what comes back. */
async function send(page: Page, change: string): Promise<number> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  const loaded = page.waitForEvent('load');
  await page.evaluate(`{
    const form = document.querySelector('button[value=approved]').form;
    const decision = Object.assign(document.createElement('input'), { type: 'hidden' });
    Object.assign(decision, { name: 'decision', value: 'approved' });
    form.append(decision);
    ${change};
    form.submit();
  }`);
  await loaded;
  return (await answered).status();
}

/** How a browser comes to see each plain page. */
const refusals: readonly (readonly [
  status: number,
  what: string,
  get: (page: Page, served: Served) => Promise<number | undefined>,
])[] = [
  [
    413,
    'a form that is too large',
    async (page) => await send(page, "form.reason.value = 'x'.repeat(100_000)"),
  ],
  [415, 'a form of another type', async (page) => await send(page, "form.enctype = 'text/plain'")],
  [422, 'a yes that accepts no loss', async (page) => await send(page, '')],
  [
    500,
    'a failure of ours',
    async (page, { faults }) => {
      faults.always('rejected', 'GetItem');
      return (await page.reload())?.status();
    },
  ],
];

const suite = chromiumPath === undefined ? describe.skip : describe;

suite('Who cannot see the page', () => {
  it('hears the headings, the label of each field and the name of each button', async () => {
    await look('pending', noScript, async (page) => {
      const tree = await page.locator('body').ariaSnapshot();
      const named = tree
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => /^- (heading|checkbox|textbox|button|main|radio|combobox)\b/.test(line));
      expect(named).toEqual([
        '- main:',
        '- heading "Fail orders over to eu-central-1?" [level=1]',
        '- heading "What would be lost" [level=2]',
        '- heading "What is down, and who says so" [level=2]',
        '- heading "Beware" [level=2]',
        '- heading "If you approve" [level=2]',
        '- checkbox "I accept that this may be lost."',
        '- textbox "Reason (optional)"',
        '- button "Approve the failover"',
        '- heading "If you reject" [level=2]',
        '- textbox "Reason (optional)"',
        '- button "Reject"',
        '- heading "Who decides" [level=2]',
        '- heading "Where this comes from" [level=2]',
      ]);
    });
  });

  it.each([...Object.keys(states), ...broken])(
    'meets nothing that axe finds on a desk: %s',
    async (state) => {
      await glance(state, { ...desktop, bypassCSP: true }, async (page) => {
        expect(await violations(page)).toEqual([]);
      });
    },
  );

  it.each(refusals)(
    'meets nothing that axe finds on the page for %i, %s',
    async (status, _, get) => {
      for (const [options, colorScheme] of [
        [phone, 'light'],
        [desktop, 'dark'],
      ] as const) {
        await glance(
          'pending',
          { ...options, colorScheme, bypassCSP: true },
          async (page, served) => {
            expect(await get(page, served)).toBe(status);
            expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
            expect(await violations(page)).toEqual([]);
            served.faults.revive();
            expect((await served.read())?.votes).toEqual([]);
          },
        );
      }
    },
  );
});
