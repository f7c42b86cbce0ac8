import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright';
import type { ExampleRuns } from './run-examples.ts';
import type { FormRun } from './run-form.ts';

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
 * @returns file names, by run
 */
export async function takePictures(
  browserFile: string,
  all: readonly ExampleRuns[],
  folder: string,
): Promise<ReadonlyMap<FormRun, string>> {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: browserFile });
  try {
    const page = await browser.newPage({ viewport: SIZE });
    const names = new Map<FormRun, string>();
    for (const { example, runs } of all) {
      const first = new Map(runs.toSorted((a, b) => (a.seed < b.seed ? 1 : -1)).map((run) => [run.form, run]));
      for (const [form, run] of first) {
        const name = `${example.name}-${form}.jpg`;
        await page.goto(pathToFileURL(join(run.folder, 'report.html')).href);
        await page.screenshot({ path: join(folder, name), type: 'jpeg', quality: QUALITY });
        names.set(run, name);
      }
    }
    return names;
  } finally {
    await browser.close();
  }
}
