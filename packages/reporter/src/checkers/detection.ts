import type { AlertSeen } from '../history/watch.ts';
import type { Trace } from '../trace.ts';
import { verdictOfScore } from '../verdict.ts';
import { countFigure, duration, msFigure, plural } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { type CauseDraft, type Checker, inconclusive } from './checker.ts';
import { healMs, onsetMs } from './mitigation.ts';

/** Ada's health probe looks every ten seconds: full marks up to there, none from a minute on. [our choice] */
const FULL_MS = 10_000;
const NONE_MS = 60_000;
/** What the three parts of the score weigh. [our choice] */
const PARTS = { noticed: 50, quiet: 25, cleared: 25 } as const;

interface Watched {
  /** Alarms that went off before the first fault. */
  readonly falseAlarms: number;
  /** Milliseconds from the first fault to the first alarm; null where none went off. */
  readonly afterMs: number | null;
  /** Alarms that were still on when the load ended. */
  readonly stuck: readonly string[];
}

function watch(trace: Trace, onset: number): Watched {
  const { alerts } = trace.history.watch;
  const zero = trace.history.loadStart ?? 0;
  const sinceLoad = ({ t }: AlertSeen): number => t - zero;
  const heal = healMs(trace) ?? onset;
  const first = alerts.find((alert) => alert.state === 'firing' && sinceLoad(alert) >= onset);
  const last = new Map(alerts.map((alert) => [alert.alarm, alert]));
  return {
    falseAlarms: alerts.filter((alert) => alert.state === 'firing' && sinceLoad(alert) < onset).length,
    // One that first speaks when all is well again has not noticed the outage.
    afterMs: first === undefined || sinceLoad(first) > heal ? null : sinceLoad(first) - onset,
    stuck: [...last.values()].filter(({ state }) => state === 'firing').map(({ alarm }) => alarm),
  };
}

function sentences(trace: Trace, onset: number, { falseAlarms, afterMs, stuck }: Watched): readonly string[] {
  const { clock } = trace;
  return [
    afterMs === null
      ? `No alarm of the app went off between ${clock.planned(onset).clock} and the last heal.`
      : `The first alarm went off at ${clock.planned(onset + afterMs).clock}, ${duration(afterMs)} of the run after the first fault.`,
    ...(falseAlarms === 0 ? [] : [`${plural(falseAlarms, 'alarm')} went off before anything was broken.`]),
    ...(afterMs === null || stuck.length === 0 ? [] : [`${plural(stuck.length, 'alarm')} never cleared.`]),
  ];
}

function causeOf(trace: Trace, onset: number, watched: Watched, text: string): CauseDraft {
  return {
    id: 'detection.alarm',
    sentence: text,
    evidence: [
      msFigure('first fault to first alarm', watched.afterMs),
      countFigure('alarms before the first fault', watched.falseAlarms),
      countFigure('alarms that never cleared', watched.stuck.length),
    ],
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
  formula: `${PARTS.noticed} for the time from the first fault that struck to the app's first alarm (whole up to ${duration(FULL_MS)}, falling to nothing at ${duration(NONE_MS)}), ${PARTS.quiet} for no alarm before it, ${PARTS.cleared} for all alarms cleared at the end of the load. At least one alarm must be watched.`,
  weight: 5,
  check: (trace) => {
    const alarms = trace.history.plan.alarms?.length ?? 0;
    if (alarms === 0 && trace.history.watch.alerts.length === 0) {
      return inconclusive('No alarm of the app was watched, so nobody knows whether it noticed.');
    }
    const onset = onsetMs(trace);
    if (trace.graded.length === 0 || onset === null) return inconclusive('The app felt no outage to notice.');
    const watched = watch(trace, onset);
    const { afterMs, falseAlarms, stuck } = watched;
    const noticed = afterMs === null ? 0 : Math.max(0, Math.min(1, (NONE_MS - afterMs) / (NONE_MS - FULL_MS)));
    const score =
      PARTS.noticed * noticed +
      (falseAlarms === 0 ? PARTS.quiet : 0) +
      (afterMs !== null && stuck.length === 0 ? PARTS.cleared : 0);
    const text = sentences(trace, onset, watched).join(' ');
    return {
      verdict: verdictOfScore(score),
      score,
      summary: text,
      evidence: [
        msFigure('first fault to first alarm', afterMs),
        countFigure('alarms before the first fault', falseAlarms),
        countFigure('alarms that never cleared', stuck.length),
        countFigure('changes of alarms seen', trace.history.watch.alerts.length),
      ],
      causes: score >= 100 ? [] : [causeOf(trace, onset, watched, text)],
      caps: [],
    };
  },
};
