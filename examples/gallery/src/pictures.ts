import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { renderHtml } from '@gameday/reporter';
import { chromium } from 'playwright';
import { pictured } from './picture-names.ts';
import type { ExampleRuns } from './run-examples.ts';

const SIZE = { width: 960, height: 620 };
const QUALITY = 60;
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser to take pictures with; null where there is none. */
export function findBrowser(): string | null {
  return (
    [process.env['CHAOS_CHROMIUM'] ?? '', chromium.executablePath(), ...BROWSERS].find(
      (file) => file !== '' && existsSync(file),
    ) ?? null
  );
}

/**
 * Photographs the head of one report of each form.
 * @param folder for the pictures; made where it is missing
 */
export async function takePictures(browserFile: string, all: readonly ExampleRuns[], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: browserFile });
  try {
    const page = await browser.newPage({ viewport: SIZE });
    for (const [{ report }, name] of pictured(all)) {
      await page.setContent(renderHtml(report));
      await page.screenshot({ path: join(folder, name), type: 'jpeg', quality: QUALITY });
    }
  } finally {
    await browser.close();
  }
}
