import { existsSync } from 'node:fs';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where a Chromium is on this machine; undefined if there is none. */
export const chromiumPath = [process.env['CHROMIUM_PATH'], ...usualPlaces].find(
  (path) => path !== undefined && existsSync(path),
);
