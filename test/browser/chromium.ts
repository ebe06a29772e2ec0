import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Where a Chromium is; undefined if there is none, and then the tests in it are skipped, by name.
 * @throws Error in continuous integration, where nothing is skipped in silence
 */
export function findChromium(
  environment: NodeJS.ProcessEnv,
  exists: (path: string) => boolean = existsSync,
): string | undefined {
  const onPath = (environment['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  const given = environment['CHROMIUM_PATH'] ?? '';
  const places = given === '' ? [...usualPlaces, ...onPath] : [given];
  const found = places.find(exists);
  if (found === undefined && environment['CI'] === 'true') {
    throw new Error(`There is no Chromium: set CHROMIUM_PATH. Looked at: ${places.join(', ')}`);
  }
  return found;
}

/** Where a Chromium is on this machine. */
export const chromiumPath = findChromium(process.env);
