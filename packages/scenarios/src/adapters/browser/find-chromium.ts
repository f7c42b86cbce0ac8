import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const PLACES = [
  '/usr/bin/chromium',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const VARIABLES = ['CHAOS_CHROMIUM', 'PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH', 'CHROME_PATH'];

/** What to do where there is none. */
export const CHROMIUM_HINT =
  'no Chromium was found: npx playwright install chromium, apt-get install chromium, or set CHAOS_CHROMIUM to its path';

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A Chromium to look with: the one that the environment names, playwright's own, or one that is installed.
 * @param own where playwright would have its own
 * @returns null where there is none, or where the one that the environment names cannot be run
 */
export function findChromium(own: string, env: Readonly<Record<string, string | undefined>>): string | null {
  for (const name of VARIABLES) {
    const file = env[name];
    if (file !== undefined && file !== '') return isExecutable(file) ? file : null;
  }
  if (existsSync(own)) return own;
  const path = (env['PATH'] ?? '').split(delimiter);
  const candidates = [...path.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...PLACES];
  return candidates.find(isExecutable) ?? null;
}
