import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromiumPath } from './chromium.ts';
import { broken, serve, states } from './gallery.ts';

export const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
};
export const desktop = { viewport: { width: 1280, height: 900 } };
/** Where the pictures go. */
export const results = join(import.meta.dirname, '..', '..', 'test-results');
export const noScript = { javaScriptEnabled: false };

const opened: { browser?: Browser } = {};

/** Starts the browser of a test file; nothing where there is none. */
export async function startBrowser(): Promise<void> {
  if (chromiumPath === undefined) return;
  await mkdir(results, { recursive: true });
  // Continuous integration runs as root, whose browser has no sandbox.
  opened.browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}

/** Ends it. */
export async function stopBrowser(): Promise<void> {
  await opened.browser?.close();
}

export type Served = Awaited<ReturnType<typeof serve>>;

/** Opens a state in a browser of its own, and closes everything afterwards. */
export async function look(
  state: string,
  options: BrowserContextOptions,
  use: (page: Page, served: Served) => Promise<void>,
): Promise<void> {
  const { browser } = opened;
  if (browser === undefined) throw new Error('No browser was started.');
  const served = await serve(states[state] ?? {});
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const address = broken.find((each) => each === state);
    await page.goto(address === undefined ? served.link : served.addresses[address]);
    await use(page, served);
  } finally {
    await context.close();
    await served.close();
  }
}
