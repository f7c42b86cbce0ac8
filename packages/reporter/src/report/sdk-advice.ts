import { amplificationOf, effortOf, FULL_FACTOR } from '../checkers/retry-discipline.ts';
import { dependentWork } from '../patterns/pattern.ts';
import { mergeLatencies } from '../statistics/latencies.ts';
import type { Trace } from '../trace.ts';
import { countFigure, duration, factorFigure, msFigure, percent, shareFigure } from '../wording/figures.ts';
import type { SdkAdvice } from './findings.ts';
import { forensicsOf } from './forensics.ts';

/** Findings of the forensics that tell of a loop around the SDK, or of a client for each request. */
const LOOPED: ReadonlySet<string> = new Set(['attempts', 'client-per-request']);
/** Silence that many S3 calls met before it counts. [our choice] */
const SILENT_MIN = 5;
/** The SDK's default is three attempts; more were asked for. */
const ATTEMPTS_DEFAULT = 3;

function timeouts(trace: Trace): readonly SdkAdvice[] {
  const held = mergeLatencies(trace.graded.map(({ phase }) => phase.exchanges.held));
  const silent = trace.graded.reduce((sum, { phase }) => sum + phase.exchanges.silent, 0);
  const unconnected = trace.graded.reduce((sum, { phase }) => sum + phase.exchanges.unanswered, 0);
  const { patienceMs } = trace.history.plan;
  const work = dependentWork(trace.graded);
  if (silent < SILENT_MIN || held.maxMs === null || held.maxMs < patienceMs / 2) return [];
  // Calls that end before their users give up have a limit already.
  if (work.hangs === 0 && held.maxMs < patienceMs) return [];
  const evidence = [
    countFigure('S3 calls that met a fault and got no answer', silent),
    msFigure('how long S3 calls that met a fault stayed open, p95', held.percentile(95)),
    msFigure('longest of them', held.maxMs),
    shareFigure('hung reads and writes', work.hangs, work.due),
  ];
  const hung = work.hangs === 0 ? '' : `, and ${percent(work.hangs / work.due)} of reads and writes hung`;
  const measured = `S3 calls stayed open for up to ${duration(held.maxMs)}${hung}.`;
  const wanted = duration(Math.max(100, Math.round(patienceMs / ATTEMPTS_DEFAULT / 2 / 100) * 100));
  return [
    {
      setting: 'requestTimeout with throwOnRequestTimeout: true',
      advice: `On the request handler (NodeHttpHandler): the whole answer must begin within this time, ${wanted} or less for ${ATTEMPTS_DEFAULT} attempts in half the patience of ${duration(patienceMs)}. Without throwOnRequestTimeout it only warns.`,
      measured,
      evidence,
    },
    {
      setting: 'connectionTimeout and socketTimeout',
      advice: `On the same handler: connectionTimeout bounds the handshake with a dead region, socketTimeout a connection that falls silent in the middle of a body. Neither has a limit by default.`,
      measured: `${silent} S3 calls that met a fault never got the head of an answer${unconnected === 0 ? '' : `, ${unconnected} of them not even a connection`}.`,
      evidence: evidence.slice(0, 2),
    },
  ];
}

function retries(trace: Trace): readonly SdkAdvice[] {
  const { perOperation: attempts, attemptsMax } = effortOf(trace.graded);
  if (attempts === null) return [];
  const factor = amplificationOf(trace, trace.graded);
  const advice: SdkAdvice[] = [];
  if (attempts > FULL_FACTOR) {
    advice.push({
      setting: 'maxAttempts',
      advice:
        attemptsMax > ATTEMPTS_DEFAULT
          ? `Back to ${ATTEMPTS_DEFAULT} or less: each further attempt adds load to an S3 that is ill, and waiting to a user who has none to spare.`
          : 'One or two where another region or a cache can answer instead: the retry goes to the same S3 that just failed.',
      measured: `${attempts.toFixed(2)} attempts for each S3 operation, up to ${attemptsMax}.`,
      evidence: [
        factorFigure('attempts per S3 operation', attempts),
        countFigure('most attempts of one operation', attemptsMax),
      ],
    });
  }
  // The SDK's headers count its own retries; what exceeds them may come from a loop around it or from new clients, where
  // those are seen, or else from a cache that ran dry, or a second region: no fault of the client's.
  if (factor !== null && factor > FULL_FACTOR * attempts && isLooped(trace)) {
    advice.push({
      setting: 'one S3 client a process, and no retry loop around it',
      advice:
        'The SDK keeps its retry quota in the client: a new client for each request has a full quota every time. Make one when the process starts, and leave retries to it.',
      measured: `${factor.toFixed(2)} times the usual S3 requests for a request of a user, of which the SDK's own retries explain ${attempts.toFixed(2)}.`,
      evidence: [
        factorFigure('S3 requests per user request, against the baseline', factor),
        factorFigure('attempts per S3 operation', attempts),
      ],
    });
  }
  return advice;
}

/** Writes begun anew by the app itself, or a connection of its own for each request. */
const isLooped = (trace: Trace): boolean =>
  forensicsOf(trace).some(({ id, state }) => LOOPED.has(id) && state === 'finding');

/** Settings of the AWS SDK for JavaScript that this run shows to be wrong, with what it measured. */
export const sdkAdviceOf = (trace: Trace): readonly SdkAdvice[] =>
  trace.graded.length === 0 ? [] : [...timeouts(trace), ...retries(trace)];
