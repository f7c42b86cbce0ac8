import { formsOf } from './expected.ts';
import type { ExampleRuns } from './run-examples.ts';
import type { FormRun } from './run-form.ts';

/** The first run of each form, and what its picture is called. */
export const pictured = (all: readonly ExampleRuns[]): ReadonlyMap<FormRun, string> =>
  new Map(
    all.flatMap(({ example: { name, expected }, runs }) =>
      formsOf(expected).flatMap(([form]): readonly (readonly [FormRun, string])[] => {
        const [first] = runs.filter((run) => run.form === form).toSorted((a, b) => (a.seed < b.seed ? -1 : 1));
        return first === undefined ? [] : [[first, `${name}-${form}.jpg`]];
      }),
    ),
  );
