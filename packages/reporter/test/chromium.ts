import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

/** A Chromium to test with: the one that the environment names, playwright's own, or Debian's; null where there is none. */
export function findChromium(): string | null {
  const files = [process.env['CHAOS_CHROMIUM'] ?? '', chromium.executablePath(), '/usr/bin/chromium'];
  return files.find((file) => existsSync(file)) ?? null;
}
