import { z } from 'zod';
import { splitCommand } from '../words/command-line.ts';
import { regionOfVariable, templateProblem } from '../words/template.ts';

/** A text that may ask for these names. */
export function template(names: readonly string[], isKnown?: (name: string) => boolean): z.ZodString {
  return z.string().superRefine((value, context) => {
    const problem = templateProblem(value, names, isKnown);
    if (problem === null) return;
    const message = problem.hint === null ? problem.message : `${problem.message}; ${problem.hint}`;
    context.addIssue({ code: 'custom', message });
  });
}

/** What Gameday fills in when a run begins. */
export const runTemplate = template(
  ['PORT', 'S3_ENDPOINT', 'GAMEDAY_ALERTMANAGER_URL', 'GAMEDAY_PAGERDUTY_URL'],
  (name) => regionOfVariable(name) !== null,
);

/** A program and its arguments; a line is split into words without a shell. */
export const commandSchema = z.union(
  [
    z.array(runTemplate).min(1),
    runTemplate.transform((line, context): readonly string[] => {
      const split = splitCommand(line);
      if (split.ok) return split.words;
      context.issues.push({ code: 'custom', message: `${split.message}; ${split.hint}`, input: line });
      return z.NEVER;
    }),
  ],
  { error: 'must be a command such as "node server.js", or the list of its words' },
);
