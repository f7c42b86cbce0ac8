import type { JudgedPhase, Trace } from '../trace.ts';
import { verdictOfScore, worstVerdict } from '../verdict.ts';
import type { Figure } from '../report/basics.ts';
import { countFigure, duration, joined, msFigure, shareFigure } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { wilson } from '../statistics/wilson.ts';
import { s3Dependent } from './availability.ts';
import { type CauseDraft, type Checker, inconclusive } from './checker.ts';
import { incidentMs, type Mitigation, mitigationOf, onsetMs } from './mitigation.ts';

/** Full marks up to here, none from there on; never later than the incident lasts. [our choice] */
const FULL_MS = 5_000;
const NONE_MS = 60_000;

/** S3 requests of some phases to the region that was called most in the baseline, and to the others. */
export function regionsOf(
  trace: Trace,
  phases: readonly JudgedPhase[],
): { readonly main: number; readonly other: number } {
  const main = mainRegion(trace);
  let [inMain, elsewhere] = [0, 0];
  for (const { phase } of phases) {
    for (const [region, count] of phase.exchanges.regions) {
      if (region === main) inMain += count;
      else elsewhere += count;
    }
  }
  return { main: inMain, other: elsewhere };
}

export const baselinePhases = (trace: Trace): readonly JudgedPhase[] =>
  trace.phases.filter(({ phase }) => phase.record.stage === 'baseline');

/** The region that the app called most before anything was broken; its home where it called none. */
export function mainRegion(trace: Trace): string {
  const counts = new Map<string, number>();
  for (const { phase } of baselinePhases(trace)) {
    for (const [region, count] of phase.exchanges.regions) counts.set(region, (counts.get(region) ?? 0) + count);
  }
  const [first] = [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return first?.[0] ?? trace.history.plan.target.homeRegion;
}

function otherRegion(name: string, trace: Trace, phases: readonly JudgedPhase[]): Figure {
  const { main, other } = regionsOf(trace, phases);
  return shareFigure(name, other, main + other, wilson(other, main + other));
}

function causeOf(trace: Trace, { cls, afterMs }: Mitigation, score: number): CauseDraft {
  const onset = onsetMs(trace) ?? 0;
  const from = trace.clock.planned(onset);
  const to = afterMs === null ? null : trace.clock.planned(onset + afterMs);
  return {
    id: `failover.${cls}`,
    sentence:
      to === null
        ? `${cls === 'read' ? 'Reads' : 'Writes'} failed from ${from.clock} on and were never back for good.`
        : `${cls === 'read' ? 'Reads' : 'Writes'} failed from ${from.clock} on and were not back for good until ${to.clock}, ${duration(afterMs ?? 0)} of the run later.`,
    evidence: [msFigure(`time to mitigate ${cls}s`, afterMs)],
    windows: [],
    from,
    to,
    cap: null,
    remedy: cls === 'read' ? remedies.reads : remedies.writes,
    share: 100 - score,
  };
}

function sentenceOf({ cls, hurt, afterMs }: Mitigation): string {
  if (!hurt) return `${cls}s never failed for long`;
  return afterMs === null ? `${cls}s never came back` : `${cls}s were good again after ${duration(afterMs)}`;
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A region that the app turned to in the outage, and that would not have it. */
export interface DeniedRefuge {
  readonly region: string;
  readonly asked: number;
  readonly denied: number;
}

/** Fewer requests are no attempt to fail over. [our choice] */
const REFUGE_MIN = 5;

/** Regions beside the main one that refused at least half of what they were asked in the outage. */
export function deniedRefuges(trace: Trace): readonly DeniedRefuge[] {
  const main = mainRegion(trace);
  const sum = (region: string, of: 'regions' | 'denied'): number =>
    trace.graded.reduce((total, { phase }) => total + (phase.exchanges[of].get(region) ?? 0), 0);
  return trace.history.plan.regions
    .filter((region) => region !== main)
    .map((region) => ({ region, asked: sum(region, 'regions'), denied: sum(region, 'denied') }))
    .filter(({ asked, denied }) => asked >= REFUGE_MIN && denied * 2 >= asked);
}

/** A backup that nobody had tried: found broken when it was needed. */
function deniedCause(trace: Trace, { region, asked, denied }: DeniedRefuge): CauseDraft {
  const before = baselinePhases(trace).reduce((sum, { phase }) => sum + (phase.exchanges.regions.get(region) ?? 0), 0);
  return {
    id: 'failover.denied',
    sentence: `In the outage the app turned to ${region}, and S3 there refused ${denied} of ${asked} requests with 401 or 403: ${before === 0 ? 'a way out that nobody had tried before' : 'a way out without the rights to use it'}.`,
    evidence: [
      shareFigure(`requests that ${region} refused`, denied, asked, wilson(denied, asked)),
      countFigure(`requests to ${region} before the outage`, before),
    ],
    windows: [],
    from: null,
    to: null,
    cap: null,
    remedy: remedies.untried,
    share: 50,
  };
}

export const failover: Checker = {
  id: 'failover',
  title: 'Time to mitigate',
  question: 'How long were users without service, until the app, or S3, gave it back?',
  formula: `Milliseconds of the run from the first fault that struck until every window of 5 s to the end of the load has at least 90 % of the baseline's success. 100 up to ${duration(FULL_MS)}, falling to 0 at ${duration(NONE_MS)} or at the length of the incident, whichever is less; the mean of reads and writes.`,
  weight: 5,
  check: (trace) => {
    if (trace.graded.length === 0) return inconclusive('The app felt no outage that it could mitigate.');
    const none = Math.min(NONE_MS, incidentMs(trace));
    if (none <= FULL_MS) {
      return inconclusive(
        `The incident lasts ${duration(none)}: too short to tell a failover. A lower --speed would do.`,
      );
    }
    const present = s3Dependent.filter((cls) => trace.classes.has(cls));
    const rated = present.map((cls) => mitigationOf(trace, cls)).filter((one) => one !== null);
    if (rated.length === 0) return inconclusive('Too few reads and writes were due in graded phases.');
    const scoreOf = ({ afterMs }: Mitigation): number =>
      afterMs === null ? 0 : 100 * Math.max(0, Math.min(1, (none - afterMs) / (none - FULL_MS)));
    const scores = rated.map(scoreOf);
    const score = scores.reduce((sum, one) => sum + one, 0) / scores.length;
    return {
      verdict: worstVerdict([
        verdictOfScore(score),
        ...(rated.length < present.length ? ['inconclusive' as const] : []),
      ]),
      score,
      summary: `${upperFirst(joined(rated.map(sentenceOf)))}.`,
      evidence: [
        ...rated.map(({ cls, afterMs }) => msFigure(`time to mitigate ${cls}s`, afterMs)),
        otherRegion('S3 requests to other regions before the outage', trace, baselinePhases(trace)),
        otherRegion('S3 requests to other regions during it', trace, trace.graded),
        countFigure('regions', trace.history.plan.regions.length),
      ],
      causes: [
        ...rated.flatMap((one) => (scoreOf(one) < 100 ? [causeOf(trace, one, scoreOf(one))] : [])),
        ...deniedRefuges(trace).map((refuge) => deniedCause(trace, refuge)),
      ],
      caps: [],
    };
  },
};
