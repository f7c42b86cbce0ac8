import type { WorkCell } from '../history/work.ts';
import { STALL_MS } from '../history/tool.ts';
import { type Latencies, mergeLatencies } from '../statistics/latencies.ts';
import { wilson } from '../statistics/wilson.ts';
import { SAMPLES_MIN, type Trace } from '../trace.ts';
import { verdictOfScore, worstVerdict } from '../verdict.ts';
import { countFigure, duration, msFigure, percent, plural, shareFigure } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { s3Dependent } from './availability.ts';
import { type CapFinding, type CauseDraft, type Checker, inconclusive } from './checker.ts';
import { spanOf } from './span.ts';

type Dependent = (typeof s3Dependent)[number];

/** Nobody notices less than this. [our choice] */
const PROMPT_MS = 1_000;

/** Up to here an answer is prompt: a second, or twice the p95 of the baseline; never more than half the patience. */
function promptMs(trace: Trace, cls: Dependent): number {
  const usual = trace.baseline[cls].goodLatency.percentile(95) ?? 0;
  return Math.min(trace.history.plan.patienceMs / 2, Math.max(PROMPT_MS, 2 * usual));
}

/** Too many slow answers that may be slow by Gameday's own fault, and nobody can tell the app's. [our choice] */
const EXCUSED_PART_MAX = 0.5;

/** Slow answers of the graded phases that came while Gameday itself stood still. */
const excusedOf = (trace: Trace, cls: Dependent): Latencies =>
  mergeLatencies(trace.graded.map(({ phase }) => phase.slow.excused(cls, trace.history.tool)));

/**
 * The mean worth of a request: 1 where it was answered promptly, 0 at the end of the user's patience. Slow answers that
 * Gameday may have slowed down are left out.
 */
function meanWorth(trace: Trace, cls: Dependent): number {
  const cell = trace.incident[cls];
  const prompt = promptMs(trace, cls);
  const excused = excusedOf(trace, cls);
  const { patienceMs } = trace.history.plan;
  const worth = (ms: number): number => Math.max(0, Math.min(1, (patienceMs - ms) / (patienceMs - prompt)));
  const sum = cell.goodLatency.sumOf(worth) + cell.errorLatency.sumOf(worth) - excused.sumOf(worth);
  const rest = cell.due - excused.count;
  return rest <= 0 ? 0 : Math.max(0, Math.min(1, sum / rest));
}

const hung = (cell: WorkCell): number => cell.hangs;

const lateThan = (prompt: number) => (ms: number) => (ms > prompt ? 1 : 0);

const slow = (prompt: number) => (cell: WorkCell) =>
  cell.goodLatency.sumOf(lateThan(prompt)) + cell.errorLatency.sumOf(lateThan(prompt));

function causesOf(trace: Trace, cls: Dependent): readonly CauseDraft[] {
  const cell = trace.incident[cls];
  const patience = duration(trace.history.plan.patienceMs);
  const held = mergeLatencies(trace.graded.map(({ phase }) => phase.exchanges.held));
  const causes: CauseDraft[] = [];
  if (cell.hangs > 0) {
    const span = spanOf(trace, cls, hung);
    const longest = held.maxMs === null ? '' : ` Its S3 calls stayed open for up to ${duration(held.maxMs)}.`;
    causes.push({
      id: `latency.${cls}-hangs`,
      sentence: `${span.when}, ${cell.hangs} of ${plural(cell.due, cls)} (${percent(cell.hangs / cell.due)}) had no answer when their users gave up after ${patience}.${longest}${span.behind}`,
      evidence: [
        shareFigure(`hung ${cls}s`, cell.hangs, cell.due, wilson(cell.hangs, cell.due)),
        msFigure('longest S3 call that met a fault', held.maxMs),
        msFigure('time to an error, p95', cell.errorLatency.percentile(95)),
      ],
      windows: span.windows,
      from: span.from,
      to: span.to,
      cap: majorityHangs(cell) ? 'hangs' : null,
      remedy: remedies.hangs,
      share: cell.hangs / cell.due,
    });
  }
  const prompt = promptMs(trace, cls);
  const late = slow(prompt)(cell) - excusedOf(trace, cls).sumOf(lateThan(prompt));
  if (late > 0) {
    const span = spanOf(trace, cls, slow(prompt));
    causes.push({
      id: `latency.${cls}-slow`,
      sentence: `${span.when}, ${late} of ${plural(cell.due, cls)} (${percent(late / cell.due)}) took more than ${duration(prompt)}.${span.behind}`,
      evidence: [
        shareFigure(`slow ${cls}s`, late, cell.due),
        msFigure('p95 of good answers', cell.goodLatency.percentile(95)),
        msFigure('p95 in the baseline', trace.baseline[cls].goodLatency.percentile(95)),
      ],
      windows: span.windows,
      from: span.from,
      to: span.to,
      cap: null,
      remedy: remedies.slow,
      share: Math.max(0, 1 - meanWorth(trace, cls) - (cell.hangs + cell.unsent) / cell.due),
    });
  }
  return causes;
}

/** A cap bites only where the whole interval says so. */
const majorityHangs = (cell: WorkCell): boolean =>
  cell.due >= SAMPLES_MIN && (wilson(cell.hangs, cell.due)?.low ?? 0) > 0.5;

const capOf = (trace: Trace, cls: Dependent): CapFinding => ({
  id: 'hangs',
  sentence: `${percent(trace.incident[cls].hangs / trace.incident[cls].due)} of ${cls}s hung during the incident.`,
});

export const latency: Checker = {
  id: 'latency',
  title: 'Latency and hangs',
  question: 'Were users told quickly, yes or no, or did they wait for nothing?',
  formula:
    'Each request is worth 1 up to the prompt limit (1 s, or twice the p95 of the baseline), falling to 0 at the end of the patience of a user; hangs and unsent requests are worth 0, an error counts by how fast it came. 100 x mean worth, the mean of reads and writes. Slow answers that came while Gameday itself stood still for more than ' +
    `${STALL_MS} ms are left out.`,
  weight: 10,
  check: (trace) => {
    const present = s3Dependent.filter((cls) => trace.classes.has(cls));
    const rated = present.filter((cls) => trace.incident[cls].due >= SAMPLES_MIN);
    if (rated.length === 0) return inconclusive('Too few reads and writes were due in graded phases.');
    const due = rated.reduce((sum, cls) => sum + trace.incident[cls].due, 0);
    const excused = rated.reduce((sum, cls) => sum + excusedOf(trace, cls).count, 0);
    const excusedEvidence = excused === 0 ? [] : [countFigure('slow answers while Gameday stood still', excused)];
    if (excused > EXCUSED_PART_MAX * due) {
      return inconclusive(
        `${excused} of ${due} answers were slow while Gameday itself stood still for more than ${STALL_MS} ms, so nobody can tell how slow the app was. Lower the load, or give the machine more room.`,
        excusedEvidence,
      );
    }
    const score = (100 * rated.reduce((sum, cls) => sum + meanWorth(trace, cls), 0)) / rated.length;
    const hangs = rated.reduce((sum, cls) => sum + trace.incident[cls].hangs, 0);
    const p95 = (cls: Dependent) => trace.incident[cls].allLatencies().percentile(95);
    return {
      verdict: worstVerdict([
        verdictOfScore(score),
        ...(rated.length < present.length ? ['inconclusive' as const] : []),
      ]),
      score,
      summary:
        hangs === 0
          ? `No request hung; 95 % of reads and writes were answered within ${duration(Math.max(...rated.map((cls) => p95(cls) ?? 0)))}.`
          : `${percent(hangs / due)} of reads and writes had no answer within ${duration(trace.history.plan.patienceMs)}.`,
      evidence: rated
        .flatMap((cls) => [
          shareFigure(`hung ${cls}s`, trace.incident[cls].hangs, trace.incident[cls].due),
          msFigure(`p95 of ${cls}s during the incident`, p95(cls)),
          msFigure(`p95 of ${cls}s in the baseline`, trace.baseline[cls].allLatencies().percentile(95)),
        ])
        .concat(excusedEvidence),
      causes: rated.flatMap((cls) => causesOf(trace, cls)),
      caps: rated.filter((cls) => majorityHangs(trace.incident[cls])).map((cls) => capOf(trace, cls)),
    };
  },
};
