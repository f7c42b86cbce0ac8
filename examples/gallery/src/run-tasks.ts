import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Example } from './find-examples.ts';
import { type FormRun, runForm } from './run-form.ts';

/** What starts takes a second of a processor; runs that start together would disturb each other's baselines. */
const STARTS_APART_MS = 2_000;

/** One run to be made. */
export interface Task {
  readonly example: Example;
  readonly form: string;
  readonly seed: string;
}

/** A run, or why there is no report of it. */
export type Outcome = FormRun | Error;

/** Runs tasks, so many at a time, each start some time after the one before. */
async function runOnce(
  tasks: readonly Task[],
  jobs: number,
  out: string,
  onRun: (task: Task, outcome: Outcome) => void,
): Promise<void> {
  const waiting = tasks.entries();
  let nextStart = Date.now();
  const worker = async (): Promise<void> => {
    for (const [index, task] of waiting) {
      const now = Date.now();
      nextStart = Math.max(now, nextStart + STARTS_APART_MS);
      await sleep(nextStart - now);
      const run = runForm(task.example, task.form, task.seed, join(out, String(index + 1)));
      onRun(task, await run.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))));
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}

/** Whether there is no report, or one without a letter: most often the machine was too busy for Gameday itself. */
const saysNothing = (outcome: Outcome): boolean => outcome instanceof Error || outcome.report.letter === null;

export interface TaskHooks {
  /** Whether a run says nothing and must be repeated. Unless given, one without a letter. */
  readonly isDisturbed?: (outcome: Outcome, task: Task) => boolean;
  /** Told of each run as it ends. */
  readonly onRun?: (task: Task, outcome: Outcome) => void;
}

/**
 * Makes runs, several at a time: a run mostly waits. Those that a busy machine disturbed are repeated with less beside them,
 * at last alone.
 * @param jobs how many at a time at first
 */
export async function runTasks(
  tasks: readonly Task[],
  jobs: number,
  out: string,
  { isDisturbed = saysNothing, onRun = () => {} }: TaskHooks = {},
): Promise<ReadonlyMap<Task, Outcome>> {
  const outcomes = new Map<Task, Outcome>();
  let open = tasks;
  for (const [index, atOnce] of [jobs, Math.ceil(jobs / 2), 1].entries()) {
    const disturbed: Task[] = [];
    await runOnce(open, atOnce, join(out, `try-${index + 1}`), (task, outcome) => {
      outcomes.set(task, outcome);
      if (isDisturbed(outcome, task)) disturbed.push(task);
      onRun(task, outcome);
    });
    open = disturbed;
  }
  return outcomes;
}
