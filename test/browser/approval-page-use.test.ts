import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { olga } from '../approval-samples.ts';
import { chromiumPath } from './chromium.ts';
import { look, noScript, phone, results, startBrowser, stopBrowser } from './look.ts';

beforeAll(startBrowser, 60_000);
afterAll(stopBrowser);

/** Presses Tab until the element has the focus; so many tabs are the whole page. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) {
    await page.keyboard.press('Tab');
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
  }
  throw new Error(`No Tab leads to ${selector}.`);
}

const suite = chromiumPath === undefined ? describe.skip : describe;

suite('The approval page, without a script, is', () => {
  it('not sent while the loss is not accepted', async () => {
    await look('pending', { ...phone, ...noScript }, async (page, { read }) => {
      await page.getByRole('button', { name: 'Approve the failover' }).click();
      expect(await page.title()).toContain('Decision needed');
      expect((await read())?.votes).toEqual([]);
    });
  });

  it('approved by keyboard alone: tab, space, tab, words, tab, enter', async () => {
    await look('pending', noScript, async (page, { read }) => {
      await tabTo(page, 'input[type=checkbox]');
      await page.keyboard.press('Space');
      await tabTo(page, 'textarea');
      await page.keyboard.type('Seen it myself');
      await tabTo(page, 'button[value=approved]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('text=Approved: failover of orders');
      expect((await read())?.decision).toMatchObject({
        decision: 'approved',
        by: olga.name,
        reason: 'Seen it myself',
      });
    });
  });

  it('rejected with one thumb: the button at the bottom, then the button of the form', async () => {
    await look('pending', { ...phone, ...noScript }, async (page, { read }) => {
      await page.getByRole('link', { name: 'Reject' }).tap();
      const button = page.getByRole('button', { name: 'Reject' });
      const box = await button.boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(48);
      await button.tap();
      await page.waitForSelector('text=Rejected: failover of orders');
      expect((await read())?.decision).toMatchObject({ decision: 'rejected' });
    });
  });

  it('sent once by an impatient double click', async () => {
    await look('pending', { ...phone, ...noScript }, async (page, { read, ledger }) => {
      await page.getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Approve the failover' }).dblclick();
      await page.waitForSelector('text=Approved: failover of orders');
      expect((await read())?.votes).toHaveLength(1);
      const votes = (await ledger()).filter(({ what }) => what === 'vote');
      expect(votes).toHaveLength(1);
    });
  });

  it('told, when somebody else was quicker, who decided', async () => {
    const allowed = { ...phone, bypassCSP: true };
    await look('pending', allowed, async (page, { submit, yes, linkOf, read }) => {
      const otto = await linkOf({ approver: 'Otto Oncall' });
      await submit(otto, { ...(await yes(otto)), decision: 'rejected' });
      await page.getByRole('checkbox').check();
      await page.getByRole('button', { name: 'Approve the failover' }).click();
      await page.waitForSelector('text=Your vote was not counted');
      expect(await page.getByRole('alert').textContent()).toContain('rejected by Otto Oncall');
      expect((await read())?.decision).toMatchObject({ by: 'Otto Oncall' });
      await page.screenshot({ path: join(results, 'refused-phone.png'), fullPage: true });
      await page.evaluate(axe.source);
      expect(await page.evaluate('axe.run()')).toMatchObject({ violations: [] });
    });
  });

  it('printed without its buttons, with everything else', async () => {
    await look('pending', noScript, async (page) => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.getByRole('button').count()).toBe(0);
      for (const words of ['What would be lost', 'If you approve', 'Who decides']) {
        expect(await page.getByRole('heading', { name: words }).isVisible()).toBe(true);
      }
      await page.screenshot({ path: join(results, 'pending-print.png'), fullPage: true });
    });
  });

  it('reloaded after the decision without sending anything again', async () => {
    await look('pending', noScript, async (page, { read }) => {
      await page.getByRole('button', { name: 'Reject' }).click();
      await page.waitForSelector('text=Rejected: failover of orders');
      const before = await read();
      await page.reload();
      expect(await page.title()).toContain('Rejected');
      expect(await read()).toEqual(before);
    });
  });

  it('shown with the focus in sight, wherever it goes', async () => {
    await look('pending', phone, async (page) => {
      for (let turn = 0; turn < 12; turn += 1) {
        await page.keyboard.press('Tab');
        const outline = await page.evaluate(
          "document.activeElement === document.body ? 'solid' : getComputedStyle(document.activeElement).outlineStyle",
        );
        expect(outline).toBe('solid');
      }
    });
  });

  it('of no use to another site that shows it in a frame', async () => {
    await look('pending', {}, async (page, { link }) => {
      await page.goto('about:blank');
      await page.setContent(`<iframe src="${link}"></iframe>`);
      const [, frame] = page.frames();
      expect(await frame?.locator('form').count()).toBe(0);
    });
  });
});
