import type { JudgedPhase, Trace } from '../trace.ts';
import { SAMPLES_MIN } from '../trace.ts';
import { verdictOfScore } from '../verdict.ts';
import { countFigure, duration, factorFigure, msFigure, shareFigure, tenth } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { type Checker, inconclusive } from './checker.ts';
import { phaseEdges } from './span.ts';

/** Google's SRE book lets retries add a tenth (chapter 21): full marks up to here. */
export const FULL_FACTOR = 1.1;
/** Ten requests for one: what layers of retries make of an outage. None from here on. [our choice] */
const NONE_FACTOR = 10;
/** A back-off needs a stretch of time so much longer, or the run ends before the retries show. */
const BACK_OFFS_PER_INCIDENT = 10;

/** S3 requests per user request that needs S3; null where there were too few of either. */
function requestsPerUse(phases: readonly JudgedPhase[]): number | null {
  const attempts = phases.reduce((sum, { phase }) => sum + phase.exchanges.attempts, 0);
  const uses = phases.reduce((sum, { phase }) => sum + phase.work.read.due + phase.work.write.due, 0);
  return uses < SAMPLES_MIN || attempts < SAMPLES_MIN ? null : attempts / uses;
}

/** What it took to carry out the S3 operations that began in some phases. */
export interface Effort {
  readonly operations: number;
  /** All their attempts: requests to S3. */
  readonly requests: number;
  readonly attemptsMax: number;
  /** Null where too few operations began to tell. */
  readonly perOperation: number | null;
}

export function effortOf(phases: readonly JudgedPhase[]): Effort {
  const cells = phases.map(({ phase }) => phase.exchanges);
  const operations = cells.reduce((sum, cell) => sum + cell.operations, 0);
  const requests = cells.reduce((sum, cell) => sum + cell.attempts, 0);
  const attemptsMax = cells.reduce((most, cell) => Math.max(most, cell.attemptsMax), 0);
  return { operations, requests, attemptsMax, perOperation: operations < SAMPLES_MIN ? null : requests / operations };
}

const baselineOf = (trace: Trace): readonly JudgedPhase[] =>
  trace.phases.filter(({ phase }) => phase.record.stage === 'baseline');

/** S3 requests per user request, divided by the same figure of the baseline. */
export function amplificationOf(trace: Trace, phases: readonly JudgedPhase[]): number | null {
  const usual = requestsPerUse(baselineOf(trace));
  const now = requestsPerUse(phases);
  return usual === null || now === null || usual === 0 ? null : now / usual;
}

/** The worse of the two figures, in words: what is usual need not be one request. */
const howMany = (attempts: number, amplification: number | null): string =>
  amplification !== null && amplification > attempts
    ? `${amplification.toFixed(2)} times as many requests as usual for each request of a user`
    : `${attempts.toFixed(2)} requests where one would have done`;

export const retryDiscipline: Checker = {
  id: 'retry-discipline',
  title: 'Retry discipline',
  question: 'Did the app leave S3 in peace while it was ill, or add to its load?',
  formula: `The worse of two figures over the graded phases: attempts per logical S3 operation, and S3 requests per user request against the baseline; a retry counts where its operation began. 100 up to ${FULL_FACTOR}, falling with its logarithm to 0 at ${NONE_FACTOR}.`,
  weight: 10,
  check: (trace) => {
    const { operations, requests, attemptsMax, perOperation: attempts } = effortOf(trace.graded);
    if (attempts === null) {
      return inconclusive(
        `Only ${operations} S3 operations began in graded phases; at least ${SAMPLES_MIN} are needed.`,
      );
    }
    const amplification = amplificationOf(trace, trace.graded);
    const pauseMax = trace.graded.reduce((most, { phase }) => Math.max(most, phase.exchanges.pauses.maxMs ?? 0), 0);
    const slowest = trace.history.slowestBackOffMs;
    const lasted = trace.graded.reduce(
      (sum, { phase: { start, end } }) => sum + (start === null || end === null ? 0 : end - start),
      0,
    );
    const evidence = [
      factorFigure('attempts per S3 operation', attempts),
      factorFigure('S3 requests per user request, against the baseline', amplification),
      shareFigure('S3 requests that are retries', requests - operations, requests),
      countFigure('most attempts of one operation', attemptsMax),
      msFigure('longest pause before a retry', pauseMax),
      msFigure('longest back-off', slowest),
    ];
    const worst = Math.max(attempts, amplification ?? 0);
    const score = 100 * Math.max(0, Math.min(1, Math.log(NONE_FACTOR / worst) / Math.log(NONE_FACTOR / FULL_FACTOR)));
    // A short incident shows too few retries, never too many: a figure that fails already stands.
    if (verdictOfScore(score) === 'pass' && lasted < BACK_OFFS_PER_INCIDENT * slowest) {
      const speed = trace.history.plan.clock.speed * (lasted / (BACK_OFFS_PER_INCIDENT * slowest));
      return inconclusive(
        `Not gradeable at this speed: the incident lasts ${duration(lasted)}, less than ${BACK_OFFS_PER_INCIDENT} times the longest back-off seen (${duration(slowest)}). A --speed of ${speed < 10 ? tenth(speed) : Math.floor(speed)} or less would do.`,
        evidence,
      );
    }
    const first = trace.graded[0];
    const last = trace.graded.at(-1);
    const from = first === undefined ? null : phaseEdges(trace, first.phase).from;
    const to = last === undefined ? null : phaseEdges(trace, last.phase).to;
    return {
      verdict: verdictOfScore(score),
      score,
      summary: `${attempts.toFixed(2)} attempts per S3 operation during the incident${amplification === null ? '' : `, ${amplification.toFixed(2)} times the usual S3 requests per user request`}.`,
      evidence,
      causes:
        score >= 100
          ? []
          : [
              {
                id: 'retry-discipline.amplification',
                sentence: `${from === null || to === null ? 'During the incident' : `From ${from.clock} to ${to.clock}`} the app sent S3 ${howMany(attempts, amplification)}${attemptsMax > 1 ? `, up to ${attemptsMax} attempts for one operation` : ''}.`,
                evidence,
                windows: [],
                from,
                to,
                cap: null,
                remedy: remedies.retries,
                share: 1,
              },
            ],
      caps: [],
    };
  },
};
