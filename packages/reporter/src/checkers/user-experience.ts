import type { ProbeReading } from '../history/watch.ts';
import { wilson } from '../statistics/wilson.ts';
import type { JudgedPhase, Trace } from '../trace.ts';
import { verdictOfScore } from '../verdict.ts';
import { countFigure, joined, msFigure, plural, shareFigure } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { type CauseDraft, type Checker, inconclusive } from './checker.ts';

/** Fewer journeys than this in graded phases, and nothing is said of them: each takes seconds, so they are few. [our choice] */
const JOURNEYS_MIN = 3;
/** A Largest Contentful Paint above this is poor: https://web.dev/articles/lcp. */
const LCP_POOR_MS = 4_000;
/**
 * What an error that says so is worth to somebody who came for more, and what each flaw of a usable page takes away.
 * [our choice]
 */
const HONEST = 0.25;
const FLAWS = { images: 0.3, errors: 0.1, slow: 0.3 } as const;

const within = ({ phase }: JudgedPhase, { started }: ProbeReading): boolean =>
  phase.start !== null && phase.start <= started && (phase.end === null || started < phase.end);

/** Browser journeys that said something of the app; a probe that failed itself did not. */
const journeysOf = (trace: Trace, phases: readonly JudgedPhase[]): readonly ProbeReading[] =>
  trace.history.watch.readings.filter(
    (reading) =>
      reading.kind === 'browser' && reading.usable !== null && phases.some((phase) => within(phase, reading)),
  );

/** Journeys that ended with this to see. */
const showing = (journeys: readonly ProbeReading[], face: ProbeReading['showed']): number =>
  journeys.filter(({ usable, showed }) => usable === false && showed === face).length;

/** Why no journey says anything of the app: the first probe that failed itself knows. */
const ownFailure = ({ history }: Trace): string | undefined =>
  history.watch.readings.find(({ kind, usable }) => kind === 'browser' && usable === null)?.message;

const most = (readings: readonly ProbeReading[], pick: (reading: ProbeReading) => number | null | undefined): number =>
  readings.reduce((high, reading) => Math.max(high, pick(reading) ?? 0), 0);

interface Usual {
  readonly images: number;
  readonly errors: number;
}

const flawsOf = (reading: ProbeReading, usual: Usual): readonly (keyof typeof FLAWS)[] => [
  ...((reading.brokenImages ?? 0) > usual.images ? ['images' as const] : []),
  ...((reading.consoleErrors ?? 0) > usual.errors ? ['errors' as const] : []),
  ...((reading.lcpMs ?? 0) > LCP_POOR_MS ? ['slow' as const] : []),
];

const worthOf = (reading: ProbeReading, usual: Usual): number =>
  reading.usable === true
    ? flawsOf(reading, usual).reduce((worth, flaw) => worth - FLAWS[flaw], 1)
    : reading.showed === 'honest-error'
      ? HONEST
      : 0;

function causeOf(trace: Trace, journeys: readonly ProbeReading[], usual: Usual): CauseDraft | null {
  const bad = journeys.filter((reading) => worthOf(reading, usual) < 1);
  const [first] = bad;
  const last = bad.at(-1);
  if (first === undefined || last === undefined) return null;
  const unusable = bad.filter(({ usable }) => usable === false).length;
  const white = showing(bad, 'white');
  const honest = showing(bad, 'honest-error');
  const broken = bad.filter((reading) => flawsOf(reading, usual).includes('images')).length;
  const slow = bad.filter((reading) => flawsOf(reading, usual).includes('slow')).length;
  const parts = [
    ...(unusable > 0 ? [`${unusable} could not be finished`] : []),
    ...(white > 0 ? [`${white} ended on a white page`] : []),
    ...(honest > 0 ? [`${honest} on an error that said so`] : []),
    ...(broken > 0 ? [`${broken} showed broken pictures`] : []),
    ...(slow > 0 ? [`${slow} took more than 4 s to show their main part`] : []),
    ...(unusable + broken + slow === 0 ? [`${bad.length} had errors in the console`] : []),
  ];
  const [from, to] = [trace.clock.moment(first.started), trace.clock.moment(last.t)];
  return {
    id: 'user-experience.journeys',
    sentence: `Between ${from.clock} and ${to.clock}, of ${plural(journeys.length, 'browser journey')} ${joined(parts)}. The first said: ${first.message}`,
    evidence: [
      countFigure('journeys that could not be finished', unusable),
      countFigure('of these, ended on a white page', white),
      countFigure('of these, ended on an error that said so', honest),
      countFigure('journeys with broken pictures', broken),
      msFigure(
        'slowest Largest Contentful Paint',
        most(journeys, ({ lcpMs }) => lcpMs),
      ),
    ],
    windows: [],
    from,
    to,
    cap: null,
    remedy: remedies.journeys,
    share: 1,
  };
}

export const userExperience: Checker = {
  id: 'user-experience',
  title: 'User experience',
  question: 'Could someone with a browser still do what they came for?',
  formula: `100 x mean worth of the browser journeys in graded phases: 0 where the page was not usable, ${HONEST} where it said so honestly; else 1, less ${FLAWS.images} for more broken pictures than in the baseline, ${FLAWS.errors} for more console errors, ${FLAWS.slow} for a Largest Contentful Paint above ${LCP_POOR_MS / 1000} s. At least ${JOURNEYS_MIN} journeys, and one usable journey before the outage.`,
  weight: 5,
  check: (trace) => {
    const before = journeysOf(
      trace,
      trace.phases.filter(({ phase }) => phase.record.stage === 'baseline'),
    );
    const journeys = journeysOf(trace, trace.graded);
    if (before.length + journeys.length === 0) {
      const why = ownFailure(trace);
      return inconclusive(
        why === undefined ? 'No browser looked at the app.' : `No browser could look at the app: ${why}.`,
      );
    }
    if (!before.some(({ usable }) => usable === true)) {
      return inconclusive('No browser journey succeeded before the outage, so there is nothing to compare with.');
    }
    if (journeys.length < JOURNEYS_MIN) {
      return inconclusive(
        `Only ${plural(journeys.length, 'browser journey')} in graded phases; at least ${JOURNEYS_MIN} are needed.`,
      );
    }
    const usual = {
      images: most(before, ({ brokenImages }) => brokenImages),
      errors: most(before, ({ consoleErrors }) => consoleErrors),
    };
    const score = (100 * journeys.reduce((sum, reading) => sum + worthOf(reading, usual), 0)) / journeys.length;
    const usable = journeys.filter((reading) => reading.usable === true).length;
    const cause = causeOf(trace, journeys, usual);
    return {
      verdict: verdictOfScore(score),
      score,
      summary: `${usable} of ${plural(journeys.length, 'browser journey')} during the incident could be finished.`,
      evidence: [
        shareFigure('usable journeys', usable, journeys.length, wilson(usable, journeys.length)),
        countFigure('white pages', showing(journeys, 'white')),
        countFigure('errors that said so', showing(journeys, 'honest-error')),
        msFigure(
          'slowest time to a usable page',
          most(journeys, ({ usableMs }) => usableMs),
        ),
        countFigure(
          'most broken pictures on a page',
          most(journeys, ({ brokenImages }) => brokenImages),
        ),
        msFigure(
          'slowest Largest Contentful Paint',
          most(journeys, ({ lcpMs }) => lcpMs),
        ),
      ],
      causes: cause === null ? [] : [cause],
      caps: [],
    };
  },
};
