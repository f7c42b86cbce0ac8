import { formsOf, isOfPair } from './expected.ts';
import type { Example } from './find-examples.ts';
import type { FormRun } from './run-form.ts';
import { type Outcome, runTasks, type Task } from './run-tasks.ts';

/** What became of an example: its runs, or why there is none. */
export interface ExampleRuns {
  readonly example: Example;
  readonly runs: readonly FormRun[];
  /** Runs that gave no report. */
  readonly failures: readonly string[];
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

/**
 * Runs every form of the examples.
 * @param jobs how many runs at a time at first
 * @param onRun told of each as it ends
 */
export async function runExamples(
  examples: readonly Example[],
  seeds: readonly string[],
  out: string,
  jobs: number,
  onRun: (name: string, outcome: Outcome) => void,
  forms: Forms = 'all',
): Promise<readonly ExampleRuns[]> {
  const tasks = tasksOf(examples, seeds, forms);
  const outcomes = await runTasks(tasks, jobs, out, {
    onRun: ({ example }, outcome) => onRun(example.name, outcome),
  });
  return examples.map((example) => {
    const own = tasks.filter((task) => task.example === example).map((task) => outcomes.get(task));
    return {
      example,
      runs: own.filter((run): run is FormRun => run !== undefined && !(run instanceof Error)),
      failures: own.flatMap((run) => (run instanceof Error ? [run.message] : [])),
    };
  });
}
