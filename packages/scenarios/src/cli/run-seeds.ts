import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@gameday/reporter';
import { seedsAsMarkdown, seedsAsText } from '../core/seeds/describe-seeds.ts';
import { mergeSeeds } from '../core/seeds/merge-seeds.ts';
import { seedsAsJunit } from '../core/seeds/seeds-junit.ts';
import { seedsAsHtml } from '../core/seeds/seeds-page.ts';
import { CliError } from './cli-error.ts';
import type { ExitName } from './exit-codes.ts';

const SEEDS_MAX = 1_000;

/** `7` and 3 -> 7, 8, 9; `night` and 2 -> night, night-2. @throws {CliError} */
export function seedsFrom(seed: string, count: number): string[] {
  if (!Number.isInteger(count) || count < 1 || count > SEEDS_MAX) {
    throw new CliError(`--seeds ${count}: expected a whole number from 1 to ${SEEDS_MAX}`, '--seeds 5', 'usage');
  }
  const whole = /^\d{1,15}$/.test(seed);
  return Array.from({ length: count }, (_, index) => {
    if (index === 0) return seed;
    return whole ? String(Number(seed) + index) : `${seed}-${index + 1}`;
  });
}

/** One run of a series, and how it ended. */
export interface SeedRun {
  readonly report: Report;
  readonly exit: ExitName;
}

/** After one of these there is no point in going on. */
const LAST: ReadonlySet<ExitName> = new Set(['interrupted', 'environment', 'guardrail', 'usage']);
/** The worst of several ends is the end of all. */
const WORST_FIRST = [
  'usage',
  'interrupted',
  'environment',
  'guardrail',
  'inconclusive',
  'belowGate',
  'completed',
] as const;

/**
 * Runs one seed after the other, and merges what came of them into seeds.json, .md, .html and .xml (JUnit) in the folder.
 * @param runOne runs one seed in a folder of its own
 * @param say progress, for people
 * @throws what `runOne` throws, after the seeds before it have been merged
 */
export async function runSeeds(
  seeds: readonly string[],
  folder: string,
  json: boolean,
  say: (text: string) => void,
  runOne: (seed: string, folder: string) => Promise<SeedRun>,
): Promise<ExitName> {
  const runs: SeedRun[] = [];
  for (const [index, seed] of seeds.entries()) {
    say(`\n[${index + 1} of ${seeds.length}] seed ${seed}\n`);
    try {
      const run = await runOne(seed, join(folder, `seed-${seed}`));
      runs.push(run);
      if (LAST.has(run.exit)) break;
    } catch (error) {
      // What came before it is not lost.
      if (runs.length > 0) tellMerged(runs, folder, json);
      throw error;
    }
  }
  tellMerged(runs, folder, json);
  return WORST_FIRST.find((name) => runs.some(({ exit }) => exit === name)) ?? 'inconclusive';
}

function tellMerged(runs: readonly SeedRun[], folder: string, json: boolean): void {
  const merged = mergeSeeds(runs.map(({ report }) => report));
  const asJson = `${JSON.stringify(merged, null, 2)}\n`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'seeds.json'), asJson);
  writeFileSync(join(folder, 'seeds.md'), seedsAsMarkdown(merged));
  writeFileSync(join(folder, 'seeds.html'), seedsAsHtml(merged));
  writeFileSync(join(folder, 'seeds.xml'), seedsAsJunit(merged));
  process.stdout.write(json ? asJson : `\n${seedsAsText(merged)}`);
}
