import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formsOf, isOfPair } from './expected.ts';
import type { Example } from './find-examples.ts';
import { type FormRun, runForm } from './run-form.ts';

/** What starts takes a second of a processor; runs that start together would disturb each other's baselines. */
const STARTS_APART_MS = 2_000;

/** What became of an example: its runs, or why there is none. */
export interface ExampleRuns {
  readonly example: Example;
  readonly runs: readonly FormRun[];
  /** Runs that gave no report. */
  readonly failures: readonly string[];
}

interface Task {
  readonly example: Example;
  readonly form: string;
  readonly seed: string;
}

/** Which forms are run. */
export type Forms = 'pairs' | 'all';

/** The pair is ranked with every seed; further forms show a mistake, which one seed does. */
const tasksOf = (examples: readonly Example[], seeds: readonly string[], forms: Forms): readonly Task[] =>
  seeds.flatMap((seed, index) =>
    examples.flatMap((example) =>
      formsOf(example.expected)
        .filter(([form]) => isOfPair(form) || (index === 0 && forms === 'all'))
        .map(([form]) => ({ example, form, seed })),
    ),
  );

/** Runs tasks, so many at a time, each start some time after the one before. */
async function runAll(
  tasks: readonly Task[],
  jobs: number,
  out: string,
  onRun: (task: Task, run: FormRun | Error) => void,
): Promise<ReadonlyMap<Task, FormRun | Error>> {
  const results = new Map<Task, FormRun | Error>();
  const waiting = tasks.values();
  let nextStart = Date.now();
  const worker = async (): Promise<void> => {
    for (const task of waiting) {
      const now = Date.now();
      nextStart = Math.max(now, nextStart + STARTS_APART_MS);
      await sleep(nextStart - now);
      const run = await runForm(task.example, task.form, task.seed, out).catch((error: unknown) =>
        error instanceof Error ? error : new Error(String(error)),
      );
      results.set(task, run);
      onRun(task, run);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return results;
}

const saysNothing = (run: FormRun | Error | undefined): boolean =>
  run === undefined || run instanceof Error || run.report.letter === null;

/**
 * Runs every form of the examples, several at a time: a run mostly waits. A run without a letter says nothing, most often
 * because the machine was too busy for Gameday itself: those are repeated with less beside them, at last alone.
 * @param jobs how many at a time at first
 * @param onRun told of each as it ends
 */
export async function runExamples(
  examples: readonly Example[],
  seeds: readonly string[],
  out: string,
  jobs: number,
  onRun: (name: string, run: FormRun | Error) => void,
  forms: Forms = 'all',
): Promise<readonly ExampleRuns[]> {
  const tasks = tasksOf(examples, seeds, forms);
  const results = new Map<Task, FormRun | Error>();
  for (const [index, atOnce] of [jobs, Math.ceil(jobs / 2), 1].entries()) {
    const open = tasks.filter((task) => saysNothing(results.get(task)));
    const folder = join(out, `try-${index + 1}`);
    const done = await runAll(open, atOnce, folder, ({ example }, run) => onRun(example.name, run));
    for (const [task, run] of done) results.set(task, run);
  }
  return examples.map((example) => {
    const own = tasks.filter((task) => task.example === example).map((task) => results.get(task));
    return {
      example,
      runs: own.filter((run): run is FormRun => run !== undefined && !(run instanceof Error)),
      failures: own.flatMap((run) => (run instanceof Error ? [run.message] : [])),
    };
  });
}
