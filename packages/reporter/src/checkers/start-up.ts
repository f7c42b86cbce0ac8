import type { StartUp } from '../history/start-ups.ts';
import type { Trace } from '../trace.ts';
import { countFigure, duration, msFigure, plural } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import type { CauseDraft } from './checker.ts';

/** A start took too long where it took three times as long as the first, and two seconds more. [our choice] */
const SLOWER_FACTOR = 3;
const SLOWER_MS = 2_000;
/** Fewer requests without an answer, and other replicas did the work meanwhile. [our choice] */
const REFUSED_MIN = 5;

/** The worst start of the incident that waited for S3: it asked S3, S3 failed, and nobody got an answer meanwhile. */
function waitingStart(trace: Trace): { readonly start: StartUp; readonly tookMs: number } | null {
  const { startUps, lastAt } = trace.history;
  const usual = startUps.readyMs ?? 0;
  const limit = Math.max(SLOWER_FACTOR * usual, usual + SLOWER_MS);
  const inIncident = ({ at }: StartUp): boolean =>
    trace.phases.some(
      ({ phase: { record, start, end } }) =>
        record.stage === 'incident' && start !== null && at >= start && at < (end ?? lastAt),
    );
  return (
    startUps.all
      .filter((start) => inIncident(start) && start.struck > 0 && start.refused >= REFUSED_MIN)
      .map((start) => ({ start, tookMs: (start.answeredAt ?? lastAt) - start.at }))
      .filter(({ tookMs }) => tookMs > limit)
      .toSorted((a, b) => b.tookMs - a.tookMs)[0] ?? null
  );
}

/** Null where every start in the outage was as quick as the first. */
export function startUpCause(trace: Trace): CauseDraft | null {
  const found = waitingStart(trace);
  if (found === null) return null;
  const { start, tookMs } = found;
  const from = trace.clock.moment(start.at);
  return {
    id: 'blast-radius.start-up',
    sentence: `The app was started anew at ${from.clock} and ${start.answeredAt === null ? `never answered again` : `answered nobody for ${duration(tookMs)}`}, while ${plural(start.struck, 'S3 request')} of its own failed: its start-up waits for S3.`,
    evidence: [
      msFigure('from its start to its first answer', start.answeredAt === null ? null : tookMs),
      msFigure('the same before the outage', trace.history.startUps.readyMs),
      countFigure('requests meanwhile that got no answer', start.refused),
      countFigure('S3 requests of its own meanwhile that met a fault', start.struck),
    ],
    windows: [],
    from,
    to: start.answeredAt === null ? null : trace.clock.moment(start.answeredAt),
    cap: null,
    remedy: remedies.startUp,
    share: start.refused,
  };
}
