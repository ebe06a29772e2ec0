import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import { chromiumPath } from './chromium.ts';
import { broken, states } from './gallery.ts';
import { desktop, glance, noScript, phone, results, startBrowser, stopBrowser } from './look.ts';

const narrow = { viewport: { width: 320, height: 640 } };

beforeAll(startBrowser, 60_000);
afterAll(stopBrowser);

const all = [...Object.keys(states), ...broken];
const suite = chromiumPath === undefined ? describe.skip : describe;

suite('The approval page in Chromium', () => {
  it.each(all)('is drawn without a script, on a phone and on a desk: %s', async (state) => {
    await glance(state, { ...phone, ...noScript }, async (page) => {
      await page.screenshot({ path: join(results, `${state}-phone.png`), fullPage: true });
    });
    await glance(state, { ...desktop, ...noScript }, async (page) => {
      await page.screenshot({ path: join(results, `${state}-desktop.png`), fullPage: true });
    });
    await glance(state, { ...phone, ...noScript, colorScheme: 'dark' }, async (page) => {
      await page.screenshot({ path: join(results, `${state}-dark.png`), fullPage: true });
    });
  });

  it.each(all)(
    'has no violation that axe finds, in the light and in the dark: %s',
    async (state) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        // The page allows no script; axe is one.
        await glance(state, { ...phone, colorScheme, bypassCSP: true }, async (page) => {
          await page.evaluate(axe.source);
          const found = await page.evaluate('axe.run()');
          expect(found).toMatchObject({ violations: [] });
        });
      }
    },
  );

  it.each(all)('never scrolls sideways, at 320 pixels: %s', async (state) => {
    await glance(state, narrow, async (page) => {
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBe(320);
    });
  });

  it.each(all)('asks no other origin and breaks no policy: %s', async (state) => {
    await glance(state, phone, async (page, { url }) => {
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('dialog', (dialog) => complaints.push(dialog.message()));
      await page.reload();
      // The next state is shown in the same page.
      page.removeAllListeners();
      expect(requests.filter((each) => !each.startsWith(url))).toEqual([]);
      expect(requests.length).toBeGreaterThan(0);
      expect(complaints.filter((each) => !each.includes('status of'))).toEqual([]);
    });
  });
});
