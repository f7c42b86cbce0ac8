import type { StaleRead } from '../history/stale-read.ts';
import { Latencies } from '../statistics/latencies.ts';
import { wilson } from '../statistics/wilson.ts';
import { SAMPLES_MIN, type Trace } from '../trace.ts';
import { verdictOfScore } from '../verdict.ts';
import { countFigure, duration, msFigure, plural, shareFigure } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { type CauseDraft, type Checker, inconclusive } from './checker.ts';

/** An older answer is worth nothing, and counts as wrong. [our choice] */
export const STALE_MS_MAX = 60_000;

interface Judged {
  readonly fresh: number;
  readonly due: number;
  readonly stale: readonly StaleRead[];
}

/** Every answer that showed an older state than had been acknowledged. */
export const staleReads = ({ history }: Trace): readonly StaleRead[] =>
  history.registers.staleReads((entry) => history.ledger.acked.get(entry)?.ackedAt ?? null);

/** Stale answers in the incident and after it: an old copy that outlives the outage is the worse one. */
function judge(trace: Trace): Judged {
  const phases = trace.phases.flatMap((judged, index) =>
    trace.graded.includes(judged) || judged.phase.record.stage === 'recovery' ? [{ index, phase: judged.phase }] : [],
  );
  const indexes = new Set(phases.map(({ index }) => index));
  return {
    fresh: phases.reduce((sum, { index }) => sum + trace.history.registers.freshIn(index), 0),
    due: phases.reduce((sum, { phase }) => sum + phase.work.read.due, 0),
    stale: staleReads(trace).filter(({ phase }) => indexes.has(phase)),
  };
}

function causeOf(trace: Trace, { stale, fresh }: Judged, ages: Latencies): CauseDraft {
  const times = stale.map(({ at }) => at);
  const from = trace.clock.moment(times.reduce((a, b) => Math.min(a, b), Infinity));
  const to = trace.clock.moment(times.reduce((a, b) => Math.max(a, b), -Infinity));
  const missing = stale.filter(({ digest }) => digest === null).length;
  const travelled = stale.filter((read) => read.travelled).length;
  const asides = [
    ...(missing === 0 ? [] : [`${missing} of them said that there was no such thing`]),
    ...(travelled === 0 ? [] : [`${travelled} of them had been seen newer before`]),
  ];
  return {
    id: 'freshness.stale',
    sentence: `Between ${from.clock} and ${to.clock}, ${stale.length} of ${plural(stale.length + fresh, 'read')} of acknowledged writes showed an older state, up to ${duration(ages.maxMs ?? 0)} old${asides.map((aside) => `; ${aside}`).join('')}.`,
    evidence: [
      shareFigure('stale reads', stale.length, stale.length + fresh, wilson(stale.length, stale.length + fresh)),
      msFigure('oldest stale answer', ages.maxMs),
      countFigure('stale though seen newer before', travelled),
    ],
    windows: [],
    from,
    to,
    cap: null,
    remedy: remedies.stale,
    share: 1,
  };
}

export const freshness: Checker = {
  id: 'freshness',
  title: 'Freshness',
  question: 'Did readers see what had been acknowledged, or an older state?',
  formula: `Each read of an acknowledged write is compared with the last version acknowledged, or seen by another read, before it was sent; writes under way at the same time may take effect in either order. A stale answer (an older version, or "not found") loses its age / ${duration(STALE_MS_MAX)}, at most 1; 100 x (1 - lost / reads due) over the graded phases and the recovery; at least ${SAMPLES_MIN} such reads with an answer.`,
  weight: 5,
  check: (trace) => {
    if (trace.graded.length === 0) return inconclusive('No phase of the incident can be graded.');
    const judged = judge(trace);
    const { fresh, due, stale } = judged;
    const known = fresh + stale.length;
    if (known < SAMPLES_MIN) {
      return inconclusive(
        `Only ${plural(known, 'read')} of acknowledged writes came back with an answer; at least ${SAMPLES_MIN} are needed.`,
        [countFigure('reads of acknowledged writes', known)],
      );
    }
    const ages = new Latencies();
    for (const { ageMs } of stale) ages.record(ageMs);
    const lost = stale.reduce((sum, { ageMs }) => sum + Math.max(0, Math.min(1, ageMs / STALE_MS_MAX)), 0);
    const score = 100 * Math.max(0, 1 - lost / Math.max(1, due));
    return {
      verdict: verdictOfScore(score),
      score,
      summary:
        stale.length === 0
          ? 'No answer was older than what had been acknowledged.'
          : `${stale.length} of ${plural(known, 'read')} of acknowledged writes showed an older state, half of them more than ${duration(ages.percentile(50) ?? 0)} old.`,
      evidence: [
        shareFigure('stale reads', stale.length, known, wilson(stale.length, known)),
        msFigure('median age of stale answers', ages.percentile(50)),
        msFigure('oldest stale answer', ages.maxMs),
        countFigure(
          'most acknowledged versions behind',
          stale.reduce((most, { behind }) => Math.max(most, behind), 0),
        ),
      ],
      causes: stale.length === 0 ? [] : [causeOf(trace, judged, ages)],
      caps: [],
    };
  },
};
