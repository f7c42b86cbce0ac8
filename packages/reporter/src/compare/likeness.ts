import type { Report } from '../report/report.ts';

/** Something that tells two runs apart beside what the app did. */
export interface Unlikeness {
  readonly what: string;
  readonly a: string;
  readonly b: string;
  /** Whether it makes the second run another experiment: its figures say nothing of how the first one's app changed. */
  readonly isOther: boolean;
}

const phasesOf = ({ phases }: Report): string =>
  phases
    .filter(({ stage }) => stage === 'incident')
    .map(({ id }) => id)
    .join(', ');
const stepsOf = ({ workload }: Report): string => workload.steps.map(({ id }) => id).join(', ');
/** Only those that the other run does in another way. */
const changedSteps = (report: Report, other: Report): string =>
  report.workload.steps
    .filter(({ id, does }) => other.workload.steps.some((one) => one.id === id && one.does !== does))
    .map(({ id, does }) => `${id} (${does})`)
    .join(', ');

/** In what two runs differ that should be the same where they are compared; empty where there is nothing. */
export function unlikenessOf(a: Report, b: Report): readonly Unlikeness[] {
  const pairs: readonly (readonly [string, string | number, string | number, boolean])[] = [
    ['app', a.target.name, b.target.name, true],
    ['scenario', a.scenario.name, b.scenario.name, true],
    ['home region', a.target.homeRegion, b.target.homeRegion, true],
    ['phases', phasesOf(a), phasesOf(b), true],
    ['speed', a.clock.speed, b.clock.speed, false],
    ['seed', a.run.seed, b.run.seed, false],
    ['patience of a user', a.patienceMs, b.patienceMs, false],
    ['rate of requests', a.workload.perSecond, b.workload.perSecond, false],
    ['steps', stepsOf(a), stepsOf(b), false],
    ['requests', changedSteps(a, b), changedSteps(b, a), false],
    ['version of Gameday', a.run.gameday, b.run.gameday, false],
  ];
  // Where the scenario is another one, so are its phases.
  const sameScenario = a.scenario.name === b.scenario.name;
  return pairs.flatMap(([what, x, y, isOther]) =>
    x === y || (what === 'phases' && !sameScenario) ? [] : [{ what, a: shown(x), b: shown(y), isOther }],
  );
}

const shown = (value: string | number): string => (value === '' ? 'none' : String(value));

/** As a sentence. */
export const unlikenessSentence = ({ what, a, b }: Unlikeness): string =>
  `The runs differ in their ${what}: ${a}, then ${b}.`;
