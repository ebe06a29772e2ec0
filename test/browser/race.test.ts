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

/** What the page of a link says in its title: the state of the question. */
async function stateOf(page: Page, link: string): Promise<string> {
  const html = await (await page.request.get(link)).text();
  const title = /<title>(.*?)<\/title>/.exec(html)?.[1] ?? html;
  return (/Approved|Rejected/.exec(title)?.[0] ?? title).toLowerCase();
}

/** Olga approves and Otto rejects, in the same instant; gives what was decided. */
async function race(olgas: Page, ottos: Page, isOttoFirst: boolean): Promise<string> {
  const served = await serve({});
  try {
    const accept = async (): Promise<void> => {
      await olgas.goto(served.link);
      await olgas.getByRole('checkbox').check();
    };
    await Promise.all([accept(), ottos.goto(served.ottosLink)]);
    // Each browser shows its answer before the server goes: nothing of one race ends in the next.
    const answered = Promise.all([olgas.waitForEvent('load'), ottos.waitForEvent('load')]);
    const buttons = [
      olgas.locator('button[value=approved]'),
      ottos.locator('button[value=rejected]'),
    ];
    if (isOttoFirst) buttons.reverse();
    await Promise.all(
      buttons.map(async (button) => {
        await button.click();
      }),
    );
    await answered;
    const decision = (await served.read())?.decision?.decision ?? 'none';
    const ledger = (await served.ledger()).map(({ what }) => what);
    expect(ledger.filter((what) => what === 'approval-decided')).toHaveLength(1);
    // Whoever came second sees who was first: on the page, or on the refusal that leads there.
    expect(await stateOf(olgas, served.link)).toBe(decision);
    expect(await stateOf(ottos, served.ottosLink)).toBe(decision);
    return decision;
  } finally {
    await served.close();
  }
}

const suite = chromiumPath === undefined ? describe.skip : describe;

suite('Two browsers', () => {
  it('that approve and reject in the same instant have one winner, a hundred times', async () => {
    const [olgas, ottos] = [await openPage(), await openPage()];
    const winners: string[] = [];
    for (let turn = 0; turn < 100; turn += 1) {
      winners.push(await race(olgas, ottos, turn % 2 === 1));
    }
    expect(winners.filter((each) => ['approved', 'rejected'].includes(each))).toHaveLength(100);
    // Two minutes and a half were seen beside three drills on a busy machine.
  }, 400_000);
});
