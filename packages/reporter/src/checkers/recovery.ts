import type { RecoverySecond } from '../history/recovery.ts';
import { STALL_MS } from '../history/tool.ts';
import { plannedHealMs } from '../history/history.ts';
import { mergeLatencies } from '../statistics/latencies.ts';
import { SAMPLES_MIN, type Trace } from '../trace.ts';
import { verdictOfScore } from '../verdict.ts';
import { countFigure, duration, factorFigure, msFigure } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import type { Figure } from '../report/basics.ts';
import { backlogOf } from './backlog.ts';
import { type CauseDraft, type Checker, type Finding, inconclusive } from './checker.ts';

/** Judged over windows of so many seconds: one lone failure in a second of three requests is no relapse. [our choice] */
const WINDOW_S = 5;
/** A window is healthy down to this part of the baseline's success. [our choice] */
const GOOD_PART = 0.9;
/** An answer is in time up to twice the baseline's p95, or a second more, which is what a busy machine adds. [our choice] */
const SLOWER_FACTOR = 2;
const SLOWER_MS = 1_000;
/** Full marks up to here, none from there on. [our choice] */
const FULL_S = 5;
const NONE_S = 60;

interface Bar {
  readonly good: { readonly read: number; readonly write: number };
  readonly inTimeMs: number;
}

function barOf(trace: Trace): Bar {
  const ratio = (cls: 'read' | 'write') => {
    const { good, due } = trace.baseline[cls];
    return due === 0 ? 1 : good / due;
  };
  const usual = mergeLatencies([trace.baseline.read.goodLatency, trace.baseline.write.goodLatency]).percentile(95) ?? 0;
  return {
    good: { read: GOOD_PART * ratio('read'), write: GOOD_PART * ratio('write') },
    inTimeMs: Math.max(SLOWER_FACTOR * usual, usual + SLOWER_MS),
  };
}

/** So long after a window an answer that was due in it may still be under way. */
const AFTERMATH_MS = 2_000;
/** With more seconds than this part in which Gameday stood still, nobody can tell when the app was back. [our choice] */
const STALLED_PART_MAX = 0.5;

/** When the watch began, milliseconds since the run began. */
const healedAt = (trace: Trace): number => (trace.history.loadStart ?? 0) + (plannedHealMs(trace.history.plan) ?? 0);

const stalledAfterHeal = (trace: Trace): number => {
  const from = healedAt(trace);
  return trace.history.tool.stalledSeconds(from, from + trace.history.recovery.length * 1000 - 1);
};

/** Whether the window that begins so many seconds after the heal can tell how slow the app was. */
function tellsLatency(trace: Trace, start: number): boolean {
  const from = healedAt(trace) + start * 1000;
  return !trace.history.tool.isStalled(from, from + WINDOW_S * 1000 + AFTERMATH_MS);
}

/**
 * Late answers count with the failed ones, in one share: two separate limits would call a window healthier when a late
 * answer turns into an error.
 */
function isHealthy(window: readonly RecoverySecond[], bar: Bar, judgesLatency: boolean): boolean {
  const worth = (ms: number): number => (ms <= bar.inTimeMs ? 1 : 0);
  return (['read', 'write'] as const).every((cls) => {
    const due = window.reduce((sum, second) => sum + second.due[cls], 0);
    const good = window.reduce(
      (sum, second) => sum + (judgesLatency ? second.latency[cls].sumOf(worth) : second.good[cls]),
      0,
    );
    return due === 0 || good / due >= bar.good[cls];
  });
}

/**
 * Seconds from the last heal until the app was back at baseline and stayed there to the end of the load. Null where it
 * never was. Needs at least one window of seconds.
 */
function secondsToBaseline(trace: Trace, bar: Bar): number | null {
  const seconds = trace.history.recovery;
  let back: number | null = null;
  for (let start = seconds.length - WINDOW_S; start >= 0; start -= 1) {
    if (!isHealthy(seconds.slice(start, start + WINDOW_S), bar, tellsLatency(trace, start))) break;
    back = start;
  }
  return back;
}

/** Highest S3 request rate of one second after the last heal, divided by the mean rate of the baseline. */
export function surgeAtHeal(trace: Trace): number | null {
  const baseline = trace.phases.filter(({ phase }) => phase.record.stage === 'baseline');
  const exchanges = baseline.reduce((sum, { phase }) => sum + phase.exchanges.exchanges, 0);
  const ms = baseline.reduce(
    (sum, { phase: { start, end } }) => sum + (start === null || end === null ? 0 : end - start),
    0,
  );
  if (exchanges < SAMPLES_MIN || ms <= 0 || trace.history.recovery.length === 0) return null;
  const peak = trace.history.recovery.reduce((most, second) => Math.max(most, second.s3Requests), 0);
  return peak / (exchanges / (ms / 1000));
}

function backlogFigure(trace: Trace): Figure {
  const backlog = backlogOf(trace);
  const name = 'backlog of S3 requests drained after the heal';
  if ('whyNot' in backlog) return msFigure(name, null);
  return backlog.ms === null
    ? { name, value: null, unit: 'ms', text: 'not to the end of the load' }
    : msFigure(name, backlog.ms);
}

function failing(trace: Trace, seconds: number | null): CauseDraft {
  const watched = trace.history.recovery.length;
  const never = seconds === null;
  const healed = Math.max(0, ...trace.history.windows.map(({ record }) => record.endMs));
  return {
    id: 'recovery.slow',
    sentence: never
      ? `S3 was whole again, and ${watched} s later the app still was not back at its baseline.`
      : `S3 was whole again, and the app needed ${seconds} s more to be back at its baseline.`,
    evidence: [
      countFigure('seconds watched after the last heal', watched),
      factorFigure('S3 request rate at its peak after the heal, against the baseline', surgeAtHeal(trace)),
    ],
    windows: [],
    from: trace.clock.planned(healed),
    to: trace.clock.planned(healed + (seconds ?? watched) * 1000),
    cap: never ? 'never-back' : null,
    remedy: remedies.recovery,
    share: 1,
  };
}

export const recovery: Checker = {
  id: 'recovery',
  title: 'Recovery',
  question: 'How soon after S3 was whole again was the app as before?',
  formula: `Seconds from the last heal until every window of ${WINDOW_S} s to the end of the load is healthy: reads and writes each come back right and in time at ${100 * GOOD_PART} % of the baseline's success or more, in time being up to twice the baseline's p95 or ${duration(SLOWER_MS)} more. 100 up to ${FULL_S} s, falling to 0 at ${NONE_S} s; 0 where it never comes back. Where Gameday itself stood still for more than ${STALL_MS} ms, success alone is judged.`,
  weight: 10,
  check: (trace): Finding => {
    if (trace.graded.length === 0) return inconclusive('The app felt no outage that it could recover from.');
    const seconds = trace.history.recovery;
    const due = seconds.reduce((sum, second) => sum + second.due.read + second.due.write, 0);
    if (seconds.length < WINDOW_S || due < SAMPLES_MIN) {
      return inconclusive(
        `The load went on for ${seconds.length} s with ${due} reads and writes after the last fault healed; at least ${WINDOW_S} s and ${SAMPLES_MIN} requests are needed.`,
      );
    }
    const back = secondsToBaseline(trace, barOf(trace));
    const stalled = stalledAfterHeal(trace);
    const evidence = [
      msFigure('time to baseline', back === null ? null : back * 1000),
      countFigure('seconds watched after the last heal', seconds.length),
      factorFigure('S3 request rate at its peak after the heal, against the baseline', surgeAtHeal(trace)),
      ...(stalled === 0 ? [] : [countFigure('seconds in which Gameday itself stood still', stalled)]),
      backlogFigure(trace),
    ];
    if (back === null) {
      const summary = `Never back at baseline in the ${seconds.length} s after S3 was whole again.`;
      return {
        verdict: 'fail',
        score: 0,
        summary,
        evidence,
        causes: [failing(trace, null)],
        caps: [{ id: 'never-back', sentence: summary }],
      };
    }
    if (stalled > STALLED_PART_MAX * seconds.length) {
      return inconclusive(
        `Gameday itself stood still for more than ${STALL_MS} ms in ${stalled} of the ${seconds.length} s after S3 was whole again, so nobody can tell how slow the app was. Lower the load, or give the machine more room.`,
        evidence,
      );
    }
    const score = 100 * Math.max(0, Math.min(1, (NONE_S - back) / (NONE_S - FULL_S)));
    return {
      verdict: verdictOfScore(score),
      score,
      summary:
        back === 0
          ? 'Back at baseline as soon as S3 was.'
          : `Back at baseline ${duration(back * 1000)} after S3 was whole again.`,
      evidence,
      causes: score < 100 ? [failing(trace, back)] : [],
      caps: [],
    };
  },
};
