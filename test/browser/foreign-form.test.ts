import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromiumPath } from './chromium.ts';
import { look, startBrowser, stopBrowser } from './look.ts';

beforeAll(startBrowser, 60_000);
afterAll(stopBrowser);

const suite = chromiumPath === undefined ? describe.skip : describe;

suite('A form on another site', () => {
  // The worst case: it knows the link, and even the token of the page's own form.
  it.each(['approved', 'rejected'])('is refused, and decides nothing: %s', async (decision) => {
    await look('pending', {}, async (page, { link, yes, read, ledger }) => {
      const fields = { ...(await yes(link)), decision };
      const inputs = Object.entries(fields).map(
        ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
      );
      const body = `<form method="post" action="${link}">${inputs.join('')}<button>Win</button></form>`;
      await page.route('http://evil.example/', async (route) => {
        await route.fulfill({ contentType: 'text/html', body });
      });
      await page.goto('http://evil.example/');
      const answered = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.getByRole('button', { name: 'Win' }).click();
      expect((await answered).status()).toBe(403);
      await page.waitForSelector('text=Nothing was decided.');
      expect(await read()).toMatchObject({ votes: [], revision: 1 });
      expect(await read()).not.toHaveProperty('decision');
      const attempts = (await ledger()).filter(({ what }) => what !== 'opened');
      expect(attempts).toMatchObject([
        { what: 'attempt-refused', entry: { ruleId: 'foreign-site' } },
      ]);
    });
  });
});
