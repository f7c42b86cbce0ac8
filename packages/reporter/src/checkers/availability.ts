import type { WorkCell } from '../history/work.ts';
import type { Figure } from '../report/basics.ts';
import { wilson } from '../statistics/wilson.ts';
import { SAMPLES_MIN, type Trace } from '../trace.ts';
import { verdictOfScore, worstVerdict } from '../verdict.ts';
import { countFigure, factorFigure, joined, msFigure, percent, plural, shareFigure } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { absenceOf, absentIn } from './absence.ts';
import { type CapFinding, type CauseDraft, type Checker, inconclusive } from './checker.ts';
import { STALE_MS_MAX, staleReads } from './freshness.ts';
import { onsetMs } from './mitigation.ts';
import { notFoundFinding } from './not-found.ts';
import { spanOf } from './span.ts';

/** The classes whose users depend on S3. */
export const s3Dependent = ['read', 'write'] as const;

const failedOf = (cell: WorkCell): number => cell.due - cell.good;

/** "mostly no answer in time (312), HTTP 500 (40)". */
function howItFailed(cell: WorkCell): string {
  const ways = [...cell.failures, ['no answer in time', cell.hangs] as const, ['never sent', cell.unsent] as const]
    .filter(([, count]) => count > 0)
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, 3);
  return ways.map(([how, count]) => `${how} (${count})`).join(', ');
}

function regionsUsed(trace: Trace): Figure {
  const counts = new Map<string, number>();
  for (const { phase } of trace.graded) {
    for (const [region, count] of phase.exchanges.regions) counts.set(region, (counts.get(region) ?? 0) + count);
  }
  const regions = [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const text = regions.map(([region, count]) => `${region} (${count})`).join(', ');
  return { name: 'S3 regions it called', value: regions.length, unit: 'count', text: text === '' ? 'none' : text };
}

function causeOf(trace: Trace, cls: 'read' | 'write'): CauseDraft | null {
  const cell = trace.incident[cls];
  const failed = failedOf(cell);
  if (failed === 0) return null;
  const span = spanOf(trace, cls, failedOf, absentIn(trace));
  const absence = absenceOf(trace, cell, failed);
  return {
    id: `availability.${cls}`,
    sentence: `${span.when}, ${failed} of ${plural(cell.due, cls)} (${percent(failed / cell.due)}) failed: ${howItFailed(cell)}.${absence.sentence}${span.behind}`,
    evidence: [shareFigure(`failed ${cls}s`, failed, cell.due, wilson(failed, cell.due)), regionsUsed(trace)],
    windows: span.windows,
    from: span.from,
    to: span.to,
    cap: null,
    remedy: absence.remedy ?? (cls === 'read' ? remedies.reads : remedies.writes),
    share: failed / cell.due,
  };
}

function wrongBodies(trace: Trace): { readonly cause: CauseDraft; readonly cap: CapFinding } | null {
  const later = trace.phases.filter(({ phase }) => phase.record.stage === 'recovery');
  const all = {
    during: trace.incident.read.wrongBodies + trace.incident.write.wrongBodies,
    after: later.reduce((sum, { phase }) => sum + phase.work.read.wrongBodies + phase.work.write.wrongBodies, 0),
  };
  // An older version that was acknowledged once is stale, not wrong: freshness judges it, up to a bound.
  const stale = staleReads(trace).filter(({ digest, ageMs }) => digest !== null && ageMs <= STALE_MS_MAX);
  const graded = new Set(trace.graded.map((judged) => trace.phases.indexOf(judged)));
  const recovering = new Set(later.map((judged) => trace.phases.indexOf(judged)));
  const during = all.during - stale.filter(({ phase }) => graded.has(phase)).length;
  const after = all.after - stale.filter(({ phase }) => recovering.has(phase)).length;
  const count = during + after;
  if (count === 0) return null;
  const span = spanOf(trace, 'read', (cell) => cell.wrongBodies);
  const sentence = `${plural(count, 'answer')} had a success status and a wrong body: the app presented a failure as the truth.`;
  return {
    cap: { id: 'wrong-answers', sentence },
    cause: {
      id: 'availability.wrong-answers',
      sentence,
      evidence: [
        countFigure('wrong answers during the incident', during),
        countFigure('wrong answers after it', after),
      ],
      windows: span.windows,
      from: span.from,
      to: span.to,
      cap: 'wrong-answers',
      remedy: remedies.wrongAnswers,
      share: 0,
    },
  };
}

/** Good requests a second beside the baseline's, and the whole outage that the failed ones come to. */
function throughput(trace: Trace, cls: 'read' | 'write'): readonly Figure[] {
  const rate = (phases: Trace['phases']): number => {
    const good = phases.reduce((sum, { phase }) => sum + phase.work[cls].good, 0);
    const ms = phases.reduce((sum, { phase: { start, end } }) => sum + Math.max(0, (end ?? 0) - (start ?? 0)), 0);
    return good / ms;
  };
  const usual = rate(trace.phases.filter(({ phase }) => phase.record.stage === 'baseline'));
  const now = rate(trace.graded);
  const seconds = trace.history.seconds.slice(Math.floor((onsetMs(trace) ?? Infinity) / 1_000));
  const outage = seconds.reduce((sum, { due, good }) => sum + (due[cls] === 0 ? 0 : 1 - good[cls] / due[cls]), 0);
  return [
    factorFigure(`good ${cls}s a second, against the baseline`, usual > 0 && Number.isFinite(now) ? now / usual : null),
    msFigure(`outage of all ${cls}s that the failed ones come to`, outage * 1_000),
  ];
}

function evidenceOf(trace: Trace, cls: 'read' | 'write'): readonly Figure[] {
  const { good, due } = trace.incident[cls];
  const share = shareFigure(`good ${cls}s`, good, due, wilson(good, due));
  return due === 0 ? [share] : [share, ...throughput(trace, cls)];
}

export const availability: Checker = {
  id: 'availability',
  title: 'Availability',
  question: 'While S3 failed, how many requests got the right answer in time?',
  formula: `100 x good / due, the mean of reads and writes over the graded phases of the incident; at least ${SAMPLES_MIN} requests of a class.`,
  weight: 30,
  check: (trace) => {
    const present = s3Dependent.filter((cls) => trace.classes.has(cls));
    const rated = present.filter((cls) => trace.incident[cls].due >= SAMPLES_MIN);
    if (present.length === 0) return inconclusive('The workload has no step of class read or write.');
    if (trace.graded.length === 0) return inconclusive('No phase of the incident can be graded.');
    if (rated.length === 0) {
      return inconclusive(`Fewer than ${SAMPLES_MIN} reads and ${SAMPLES_MIN} writes were due during the incident.`);
    }
    const ratios = rated.map((cls) => trace.incident[cls].good / trace.incident[cls].due);
    const score = (100 * ratios.reduce((sum, ratio) => sum + ratio, 0)) / ratios.length;
    const wrong = [wrongBodies(trace), notFoundFinding(trace)].filter((finding) => finding !== null);
    return {
      verdict: worstVerdict([
        verdictOfScore(score),
        ...(rated.length < present.length ? ['inconclusive' as const] : []),
      ]),
      score,
      summary: `${joined(rated.map((cls) => `${percent(trace.incident[cls].good / trace.incident[cls].due)} of ${cls}s`))} succeeded during the incident.`,
      evidence: s3Dependent.flatMap((cls) => evidenceOf(trace, cls)),
      causes: [...rated.map((cls) => causeOf(trace, cls)), ...wrong.map(({ cause }) => cause)].filter(
        (cause) => cause !== null,
      ),
      caps: wrong.map(({ cap }) => cap),
    };
  },
};
