import type { Report } from '@gameday/reporter';
import { letterSchema } from '@gameday/reporter/journal';
import { type Expected, type ExpectedForm, formsOf } from './expected.ts';

/** So many letters lie at least between the two forms. */
const LETTERS_BETWEEN = 2;
/** A cause that costs less is a straggler on a busy machine, and no verdict. */
const POINTS_MIN = 1;

/** A report of one form with one seed. */
export interface RankedRun {
  readonly form: string;
  readonly seed: string;
  readonly report: Pick<Report, 'letter' | 'inconclusive' | 'dimensions' | 'patterns' | 'alarms'>;
}

const rankOf = (letter: Report['letter']): number =>
  letter === null ? Infinity : letterSchema.options.indexOf(letter);

const said = (set: ReadonlySet<string>): string => (set.size === 0 ? 'none' : [...set].join(', '));

const wanting = (wanted: readonly string[], found: ReadonlySet<string>, what: string): string[] =>
  wanted.filter((id) => !found.has(id)).map((id) => `${what} ${id} is missing (found: ${said(found)})`);

const falsely = (unwanted: readonly string[], found: ReadonlySet<string>, what: string): string[] =>
  unwanted.filter((id) => found.has(id)).map((id) => `${what} ${id} is false of it`);

function problemsOfRun(expected: ExpectedForm, { report }: RankedRun): readonly string[] {
  const all = report.dimensions.flatMap((dimension) => dimension.causes);
  const causes = new Set(all.map(({ id }) => id));
  const weighty = new Set(
    all.filter(({ pointsLost, cap }) => pointsLost >= POINTS_MIN || cap !== null).map(({ id }) => id),
  );
  const shown = new Set(report.patterns.filter(({ state }) => state === 'shown').map(({ id }) => id));
  const fired = new Set(report.alarms.filter(({ state }) => state === 'firing').map(({ alarm }) => alarm));
  const { atMost } = expected;
  return [
    ...(report.letter === null ? [`no letter: ${report.inconclusive.map(({ sentence }) => sentence).join(' ')}`] : []),
    ...(atMost !== undefined && rankOf(report.letter) < rankOf(atMost)
      ? [`${report.letter ?? 'no letter'} is better than ${atMost}`]
      : []),
    ...wanting(expected.causes, causes, 'the cause'),
    ...falsely(expected.notCauses, weighty, 'the cause'),
    ...wanting(expected.shown, shown, 'the pattern'),
    ...falsely(expected.notShown, shown, 'the pattern'),
    ...wanting(expected.alarms, fired, 'the alarm'),
    ...falsely(expected.silent, fired, 'the alarm'),
  ];
}

function distanceProblem(runs: readonly RankedRun[], seed: string): readonly string[] {
  const letterOf = (form: string): Report['letter'] =>
    runs.find((run) => run.form === form && run.seed === seed)?.report.letter ?? null;
  const [naive, resilient] = [letterOf('naive'), letterOf('resilient')];
  const known = naive !== null && resilient !== null;
  return known && rankOf(naive) - rankOf(resilient) >= LETTERS_BETWEEN
    ? []
    : [
        `seed ${seed}: resilient ${resilient ?? 'none'}, naive ${naive ?? 'none'}: less than ${LETTERS_BETWEEN} letters`,
      ];
}

/** What is wrong with the reports of an example's forms, a sentence each; empty where they rank as they should. */
export function problemsOf(expected: Expected, runs: readonly RankedRun[]): readonly string[] {
  const ofRuns = formsOf(expected).flatMap(([form, wanted]) =>
    runs
      .filter((run) => run.form === form)
      .flatMap((run) => problemsOfRun(wanted, run).map((text) => `${form}, seed ${run.seed}: ${text}`)),
  );
  const seeds = new Set(runs.map(({ seed }) => seed));
  return [...ofRuns, ...[...seeds].flatMap((seed) => distanceProblem(runs, seed))];
}
