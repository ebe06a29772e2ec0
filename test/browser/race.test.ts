import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { chromiumPath } from './chromium.ts';
import { serve } from './gallery.ts';
import { noScript } from './look.ts';

const opened: { browser?: Browser } = {};
beforeAll(async () => {
  if (chromiumPath === undefined) return;
  opened.browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}, 60_000);
afterAll(async () => {
  await opened.browser?.close();
});

/** A page in a browser window of its own, with nothing in common with the other one. */
async function openPage(): Promise<Page> {
  if (opened.browser === undefined) throw new Error('No browser was started.');
  return await (await opened.browser.newContext(noScript)).newPage();
}

/** What a page says in its title: the state of the question. */
async function stateOf(page: Page): Promise<string> {
  await page.waitForURL(/link=/);
  return /Approved|Rejected/.exec(await page.title())?.[0] ?? (await page.title());
}

const suite = chromiumPath === undefined ? describe.skip : describe;

suite('Two browsers', () => {
  it('that approve and reject in the same instant have one winner, a hundred times', async () => {
    const [olgas, ottos] = [await openPage(), await openPage()];
    const winners: string[] = [];
    for (let turn = 0; turn < 100; turn += 1) {
      const served = await serve({});
      try {
        await Promise.all([olgas.goto(served.link), ottos.goto(served.ottosLink)]);
        await olgas.getByRole('checkbox').check();
        const clicks = [
          async () => {
            await olgas.locator('button[value=approved]').click();
          },
          async () => {
            await ottos.locator('button[value=rejected]').click();
          },
        ];
        if (turn % 2 === 1) clicks.reverse();
        await Promise.all(
          clicks.map(async (click) => {
            await click();
          }),
        );
        const decision = (await served.read())?.decision?.decision ?? 'none';
        const ledger = (await served.ledger()).map(({ what }) => what);
        expect(ledger.filter((what) => what === 'approval-decided')).toHaveLength(1);
        // Whoever came second sees who was first: on the page, or on the refusal that leads there.
        await Promise.all([olgas.goto(served.link), ottos.goto(served.ottosLink)]);
        expect((await stateOf(olgas)).toLowerCase()).toBe(decision);
        expect((await stateOf(ottos)).toLowerCase()).toBe(decision);
        winners.push(decision);
      } finally {
        await served.close();
      }
    }
    expect(winners.filter((each) => ['approved', 'rejected'].includes(each))).toHaveLength(100);
  }, 180_000);
});
