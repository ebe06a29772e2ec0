import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
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

type Use = (page: Page, served: Served) => Promise<void>;

/** Opens a state in a browser of its own, and closes everything afterwards. */
export async function look(state: string, options: BrowserContextOptions, use: Use): Promise<void> {
  const page = await openPage(options);
  try {
    await show(state, page, use);
  } finally {
    await page.context().close();
  }
}

const shared = new Map<string, Page>();

/**
 * Opens a state in the browser that the file's last glance with these options has left: half the
 * time of a look. For tests that only look at the page, and leave it as they found it.
 */
export async function glance(
  state: string,
  options: BrowserContextOptions,
  use: Use,
): Promise<void> {
  const key = JSON.stringify(options);
  const page = shared.get(key) ?? (await openPage(options));
  // Only a page that came through its test is good enough for the next.
  shared.delete(key);
  await show(state, page, use);
  expect(await page.context().cookies()).toEqual([]);
  shared.set(key, page);
}

async function openPage(options: BrowserContextOptions): Promise<Page> {
  const { browser } = opened;
  if (browser === undefined) throw new Error('No browser was started.');
  return await (await browser.newContext(options)).newPage();
}

async function show(state: string, page: Page, use: Use): Promise<void> {
  const served = await serve(states[state] ?? {});
  try {
    const address = broken.find((each) => each === state);
    await page.goto(address === undefined ? served.link : served.addresses[address]);
    await use(page, served);
  } finally {
    await served.close();
  }
}
