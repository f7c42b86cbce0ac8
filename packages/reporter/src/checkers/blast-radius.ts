import type { WorkCell } from '../history/work.ts';
import { wilson } from '../statistics/wilson.ts';
import { SAMPLES_MIN, type Trace } from '../trace.ts';
import { verdictOfScore } from '../verdict.ts';
import { duration, msFigure, percent, plural, shareFigure } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { absenceOf, absentIn } from './absence.ts';
import { type CauseDraft, type Checker, inconclusive } from './checker.ts';
import { spanOf } from './span.ts';

/** "At baseline": up to three times the p95 of the baseline, or so much more. [our choice] */
const SLOWER_FACTOR = 3;
const SLOWER_MS = 500;
/** Below this the routes that need no S3 count as down. [our choice] */
const DOWN_BELOW = 0.9;

function limitMs(trace: Trace): number {
  const usual = trace.baseline.control.goodLatency.percentile(95) ?? 0;
  return Math.max(SLOWER_FACTOR * usual, usual + SLOWER_MS);
}

const unharmed = (cell: WorkCell, limit: number): number => cell.goodLatency.sumOf((ms) => (ms <= limit ? 1 : 0));

function causeOf(trace: Trace, cell: WorkCell, limit: number, down: boolean): CauseDraft {
  const harmed = cell.due - unharmed(cell, limit);
  const span = spanOf(trace, 'control', (part) => part.due - unharmed(part, limit), absentIn(trace));
  const absence = absenceOf(trace, cell, harmed);
  return {
    id: 'blast-radius.control',
    sentence: `${span.when}, ${harmed} of ${plural(cell.due, 'request')} (${percent(harmed / cell.due)}) to routes that need no S3 failed or took more than ${duration(limit)}.${absence.sentence}${span.behind}`,
    evidence: [
      shareFigure('control requests harmed', harmed, cell.due, wilson(harmed, cell.due)),
      msFigure('p95 of control routes during the incident', cell.allLatencies().percentile(95)),
    ],
    windows: span.windows,
    from: span.from,
    to: span.to,
    cap: down ? 'control-down' : null,
    remedy: absence.remedy ?? remedies.blastRadius,
    share: 1,
  };
}

export const blastRadius: Checker = {
  id: 'blast-radius',
  title: 'Blast radius',
  question: 'Did what needs no S3 stay as it was?',
  formula: `100 x requests to routes of class control that were good and at baseline speed (up to ${SLOWER_FACTOR} times its p95, or ${SLOWER_MS} ms more) / due, over the graded phases.`,
  weight: 5,
  check: (trace) => {
    if (!trace.classes.has('control')) {
      return inconclusive(
        'The workload has no step of class control: add a route that needs no S3, a login page or a health check.',
      );
    }
    const cell = trace.incident.control;
    if (cell.due < SAMPLES_MIN) {
      return inconclusive(
        `Only ${plural(cell.due, 'control request')} in graded phases; at least ${SAMPLES_MIN} are needed.`,
      );
    }
    const limit = limitMs(trace);
    const fine = unharmed(cell, limit);
    const score = (100 * fine) / cell.due;
    const share = wilson(cell.good, cell.due);
    // The cap bites only where the whole interval lies below the line.
    const down = share !== null && share.high < DOWN_BELOW;
    const summary =
      fine === cell.due
        ? 'Routes that need no S3 stayed at baseline.'
        : `${percent(fine / cell.due)} of requests to routes that need no S3 stayed at baseline.`;
    return {
      verdict: verdictOfScore(score),
      score,
      summary,
      evidence: [
        shareFigure('good control requests', cell.good, cell.due, share),
        msFigure('p95 of control routes during the incident', cell.allLatencies().percentile(95)),
        msFigure('p95 of control routes in the baseline', trace.baseline.control.allLatencies().percentile(95)),
      ],
      causes: fine === cell.due ? [] : [causeOf(trace, cell, limit, down)],
      caps: down
        ? [
            {
              id: 'control-down',
              sentence: `Only ${percent(cell.good / cell.due)} of requests to routes that need no S3 succeeded.`,
            },
          ]
        : [],
    };
  },
};
