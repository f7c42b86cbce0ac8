import type { Figure } from '../report/basics.ts';
import type { Trace } from '../trace.ts';
import { verdictOfScore } from '../verdict.ts';
import { countFigure, duration, joined, msFigure, plural } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { type AlarmStory, alarmStories } from './alarm-story.ts';
import { type CauseDraft, type Checker, inconclusive } from './checker.ts';
import { onsetMs } from './mitigation.ts';

/** Ada's health probe looks every ten seconds: full marks up to there, none from a minute on. [our choice] */
const FULL_MS = 10_000;
const NONE_MS = 60_000;
/** What the three parts of the score weigh. [our choice] */
const PARTS = { noticed: 50, quiet: 25, cleared: 25 } as const;

interface Watched {
  readonly stories: readonly AlarmStory[];
  readonly falseAlarms: number;
  /** Milliseconds from the first fault to the first alarm; null where none went off. */
  readonly afterMs: number | null;
  /** Alarms that were to go off and did not. */
  readonly missed: readonly AlarmStory[];
  /** Alarms that were to keep quiet and did not. */
  readonly forbidden: readonly AlarmStory[];
  /** Alarms that were still on when the run ended. */
  readonly stuck: readonly AlarmStory[];
}

const timely = (afterMs: number | null): number =>
  afterMs === null ? 0 : Math.max(0, Math.min(1, (NONE_MS - afterMs) / (NONE_MS - FULL_MS)));

/** Alarms that may tell of the outage: those that are to keep quiet may not. */
const speaking = (stories: readonly AlarmStory[]): readonly AlarmStory[] =>
  stories.filter(({ expect }) => expect !== 'quiet');

function watch(stories: readonly AlarmStory[], onset: number): Watched {
  const times = speaking(stories).flatMap(({ firedAt }) => firedAt ?? []);
  return {
    stories,
    falseAlarms: stories.reduce((sum, story) => sum + story.falseAlarms, 0),
    afterMs: times.length === 0 ? null : Math.min(...times) - onset,
    missed: stories.filter(({ expect, asExpected }) => expect === 'fires' && asExpected === false),
    forbidden: stories.filter(({ expect, asExpected }) => expect === 'quiet' && asExpected === false),
    stuck: stories.filter(({ stuck }) => stuck),
  };
}

/** Where alarms are expected by name, each of them counts; else the first to speak. */
function noticed({ stories, afterMs }: Watched, onset: number): number {
  const expected = stories.filter(({ expect }) => expect === 'fires');
  if (expected.length === 0) return timely(afterMs);
  const sum = expected.reduce((total, { firedAt }) => total + timely(firedAt === null ? null : firedAt - onset), 0);
  return sum / expected.length;
}

function scoreOf(watched: Watched, onset: number): number {
  const quiet = watched.falseAlarms === 0 && watched.forbidden.length === 0 ? PARTS.quiet : 0;
  // Where every alarm is to keep quiet, there is nothing to notice and nothing to clear.
  if (speaking(watched.stories).length === 0) return (100 * quiet) / PARTS.quiet;
  const cleared = watched.afterMs !== null && watched.stuck.length === 0 ? PARTS.cleared : 0;
  return PARTS.noticed * noticed(watched, onset) + quiet + cleared;
}

/** "4 s of the run (17 min of the incident)". */
function bothTimes(trace: Trace, ms: number): string {
  const { speed } = trace.history.plan.clock;
  const there = speed === 1 ? '' : ` (${duration(ms * speed)} of the incident)`;
  return `${duration(ms)} of the run${there}`;
}

const names = (stories: readonly AlarmStory[]): string => joined(stories.map(({ id }) => `"${id}"`));

function sentences(trace: Trace, onset: number, watched: Watched): readonly string[] {
  const { clock } = trace;
  const { afterMs, falseAlarms, missed, forbidden, stuck } = watched;
  const first =
    afterMs === null
      ? `No alarm of the app went off between ${clock.planned(onset).clock} and the last heal.`
      : `The first alarm went off at ${clock.planned(onset + afterMs).clock}, ${bothTimes(trace, afterMs)} after the first fault.`;
  return [
    ...(speaking(watched.stories).length === 0 ? [] : [first]),
    ...(falseAlarms === 0 ? [] : [`${plural(falseAlarms, 'alarm')} went off before anything was broken.`]),
    ...(missed.length === 0 || afterMs === null ? [] : [`${names(missed)} should have gone off and did not.`]),
    ...(forbidden.length === 0 ? [] : [`${names(forbidden)} should have kept quiet and did not.`]),
    ...(stuck.length === 0 || (afterMs === null && falseAlarms === 0)
      ? []
      : [`${plural(stuck.length, 'alarm')} never cleared.`]),
  ];
}

function figuresOf(watched: Watched): readonly Figure[] {
  const expected = watched.stories.some(({ expect }) => expect !== 'any');
  return [
    msFigure('first fault to first alarm', watched.afterMs),
    countFigure('alarms before the first fault', watched.falseAlarms),
    countFigure('alarms that never cleared', watched.stuck.length),
    ...(expected
      ? [countFigure('alarms that did not do what was expected', watched.missed.length + watched.forbidden.length)]
      : []),
  ];
}

function causeOf(trace: Trace, onset: number, watched: Watched, text: string): CauseDraft {
  return {
    id: 'detection.alarm',
    sentence: text,
    evidence: figuresOf(watched),
    windows: [],
    from: trace.clock.planned(onset),
    to: watched.afterMs === null ? null : trace.clock.planned(onset + watched.afterMs),
    cap: null,
    remedy: remedies.detection,
    share: 1,
  };
}

export const detection: Checker = {
  id: 'detection',
  title: 'Detection',
  question: 'Did the app notice by itself, and say so?',
  formula: `${PARTS.noticed} for the time from the first fault that struck to the app's first alarm (whole up to ${duration(FULL_MS)}, falling to nothing at ${duration(NONE_MS)}; where alarms are expected by name, the mean of theirs), ${PARTS.quiet} for no alarm before it and none that should keep quiet, ${PARTS.cleared} for all alarms cleared at the end of the run. A false alarm, one that never clears, and one that does not do what is expected of it fail. At least one alarm must be watched.`,
  weight: 5,
  check: (trace) => {
    const stories = alarmStories(trace);
    if (stories.length === 0) {
      return inconclusive('No alarm of the app was watched, so nobody knows whether it noticed.');
    }
    const onset = onsetMs(trace);
    if (trace.graded.length === 0 || onset === null) return inconclusive('The app felt no outage to notice.');
    const watched = watch(stories, onset);
    const score = scoreOf(watched, onset);
    const { falseAlarms, missed, forbidden, stuck } = watched;
    const flawed = falseAlarms + missed.length + forbidden.length + stuck.length > 0;
    const text = sentences(trace, onset, watched).join(' ') || 'No alarm went off, and none should have.';
    return {
      verdict: flawed ? 'fail' : verdictOfScore(score),
      score,
      summary: text,
      evidence: [...figuresOf(watched), countFigure('changes of alarms seen', trace.history.watch.alerts.length)],
      causes: score >= 100 ? [] : [causeOf(trace, onset, watched, text)],
      caps: [],
    };
  },
};
