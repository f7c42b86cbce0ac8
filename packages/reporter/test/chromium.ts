import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const PLACES = [
  '/usr/bin/chromium',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const VARIABLES = ['CHAOS_CHROMIUM', 'PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH', 'CHROME_PATH'];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A Chromium to test with: the one that the environment names, playwright's own, or one that is installed; null where
 * there is none.
 * @throws Error where the environment names one that cannot be run
 */
export function findChromium(): string | null {
  for (const name of VARIABLES) {
    const file = process.env[name];
    if (file === undefined || file === '') continue;
    if (isExecutable(file)) return file;
    throw new Error(`${name} is ${file}, which cannot be run`);
  }
  const own = chromium.executablePath();
  if (existsSync(own)) return own;
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [...path.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...PLACES];
  return candidates.find(isExecutable) ?? null;
}
