import { join } from 'node:path';
import { formsOf } from './expected.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Example } from './find-examples.ts';
import { type FormRun, runForm } from './run-form.ts';

/** What starts takes a second of a processor; runs that start together would disturb each other's baselines. */
const STARTS_APART_MS = 2_000;
/** A run without a letter says nothing, most often because the machine was too busy for Gameday itself: it is repeated. */
const TRIES_MAX = 3;

/** What became of an example: its runs, or why there is none. */
export interface ExampleRuns {
  readonly example: Example;
  readonly runs: readonly FormRun[];
  /** Runs that gave no report. */
  readonly failures: readonly string[];
}

/**
 * Runs every form of the examples with every seed, several at a time: a run mostly waits. The order is that of the
 * seeds, so that what stands next to each other differs.
 * @param jobs how many at a time
 * @param onRun told of each as it ends
 */
export async function runExamples(
  examples: readonly Example[],
  seeds: readonly string[],
  out: string,
  jobs: number,
  onRun: (name: string, run: FormRun | Error) => void,
): Promise<readonly ExampleRuns[]> {
  const runs = new Map<Example, FormRun[]>(examples.map((example) => [example, []]));
  const failures = new Map<Example, string[]>(examples.map((example) => [example, []]));
  const work = seeds
    .flatMap((seed) =>
      examples.flatMap((example) => formsOf(example.expected).map(([form]) => ({ example, form, seed }))),
    )
    .values();
  const letterOf = async (example: Example, form: string, seed: string): Promise<FormRun> => {
    for (let tries = 1; ; tries += 1) {
      await turn();
      const run = await runForm(example, form, seed, join(out, `try-${tries}`));
      if (run.report.letter !== null || tries === TRIES_MAX) return run;
    }
  };
  let nextStart = Date.now();
  const turn = async (): Promise<void> => {
    const now = Date.now();
    nextStart = Math.max(now, nextStart + STARTS_APART_MS);
    await sleep(nextStart - now);
  };
  const worker = async (): Promise<void> => {
    for (const { example, form, seed } of work) {
      try {
        const run = await letterOf(example, form, seed);
        runs.get(example)?.push(run);
        onRun(example.name, run);
      } catch (error) {
        const failure = error instanceof Error ? error : new Error(String(error));
        failures.get(example)?.push(failure.message);
        onRun(example.name, failure);
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return examples.map((example) => ({
    example,
    runs: runs.get(example) ?? [],
    failures: failures.get(example) ?? [],
  }));
}
