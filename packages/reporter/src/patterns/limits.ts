import { amplificationOf } from '../checkers/retry-discipline.ts';
import { onsetMs, healMs } from '../checkers/mitigation.ts';
import { mergeLatencies } from '../statistics/latencies.ts';
import { wilson } from '../statistics/wilson.ts';
import { SAMPLES_MIN, type Trace } from '../trace.ts';
import { countFigure, duration, factorFigure, msFigure, percent, shareFigure } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { cannotTell, countS3, dependentWork, notShown, type Pattern, shown } from './pattern.ts';

/** More hangs than this, and the app has no limit that its users would notice. [our choice] */
const HANGS_MAX = 0.05;
/** An error is fast within this. [our choice] */
const FAST_MS = 1_000;
/** Fewer exchanges without an answer, and no timeout was needed. [our choice] */
const SILENT_MIN = 5;

const hangsFigure = (trace: Trace) => {
  const work = dependentWork(trace.graded);
  return shareFigure('hung reads and writes', work.hangs, work.due);
};

export const failFast: Pattern = {
  id: 'fail-fast-timeouts',
  title: 'Fail-fast timeouts',
  fingerprint: 'When S3 does not answer, the app gives up well before its users do.',
  remedy: remedies.hangs,
  improves: { dimension: 'latency', figure: hangsFigure },
  look: (trace) => {
    const work = dependentWork(trace.graded);
    const { patienceMs } = trace.history.plan;
    const held = mergeLatencies(trace.graded.map(({ phase }) => phase.exchanges.held));
    const silent = trace.graded.reduce((sum, { phase }) => sum + phase.exchanges.silent, 0);
    const gaveUp = trace.graded.reduce((sum, { phase }) => sum + phase.exchanges.gaveUp, 0);
    const evidence = [
      hangsFigure(trace),
      msFigure('p95 of how long S3 calls that met a fault stayed open', held.percentile(95)),
      countFigure('S3 calls that the app gave up', gaveUp),
    ];
    if (silent < SILENT_MIN || work.due < SAMPLES_MIN) {
      return cannotTell('S3 hardly ever kept silent, so no timeout was put to the test.', evidence);
    }
    const hangs = work.hangs / work.due;
    if (hangs >= HANGS_MAX) {
      return notShown(
        `${percent(hangs)} of reads and writes hung; S3 calls stayed open for up to ${duration(held.maxMs ?? 0)}.`,
        evidence,
      );
    }
    const p95 = held.percentile(95) ?? 0;
    return p95 <= patienceMs / 2
      ? shown(`95 % of the S3 calls that met a fault ended within ${duration(p95)}.`, evidence)
      : cannotTell('S3 calls stayed open for long, yet hardly a user had to wait for them.', evidence);
  },
};

/** Phases in which S3 failed most of what it was asked. */
const failingMostly = (trace: Trace) =>
  trace.graded.filter((judged) => {
    const { requests, failed } = countS3([judged], ['read', 'write', 'delete']);
    return requests > 0 && failed / requests >= 0.5;
  });

export const circuitBreaker: Pattern = {
  id: 'circuit-breaker',
  title: 'Circuit breaker',
  fingerprint: 'While S3 fails, the app sends it far fewer requests than usual, without letting users hang.',
  remedy: remedies.breaker,
  improves: {
    dimension: 'retry-discipline',
    figure: (trace) =>
      factorFigure('S3 requests per user request, against the baseline', amplificationOf(trace, trace.graded)),
  },
  look: (trace) => {
    const phases = failingMostly(trace);
    const work = dependentWork(phases);
    const factor = amplificationOf(trace, phases);
    const uncounted = phases.some(({ windows }) => windows.some(({ proved }) => proved));
    const evidence = [
      factorFigure('S3 requests per user request, against the baseline', factor),
      shareFigure('hung reads and writes', work.hangs, work.due),
    ];
    if (factor === null || work.due < SAMPLES_MIN) {
      return cannotTell('In no phase did S3 fail most of what it was asked for long enough.', evidence);
    }
    if (work.hangs / work.due >= HANGS_MAX) {
      return factor >= 0.8
        ? notShown(
            `While S3 failed, the app went on to ask it ${factor.toFixed(2)} times as often as usual, and its users hung.`,
            evidence,
          )
        : cannotTell('Fewer requests reached S3, but users hung: full pools look the same.', evidence);
    }
    if (factor > 0.5 && factor < 0.8) {
      return cannotTell('Fewer requests reached S3, but not so few that something must have held them back.', evidence);
    }
    if (factor <= 0.5 && uncounted) {
      return cannotTell('Fewer requests reached S3, but connections were turned away that nobody can count.', evidence);
    }
    return factor <= 0.5
      ? shown(`While S3 failed, the app asked it only ${factor.toFixed(2)} times as often as usual.`, evidence)
      : notShown(`While S3 failed, the app went on to ask it ${factor.toFixed(2)} times as often as usual.`, evidence);
  },
};

/** A pause without any S3 request must last so long: seconds. [our choice] */
const SILENCE_S = 10;
/** It takes a while until somebody throws it. [our choice] */
const OUTAGE_S_MIN = 2 * SILENCE_S;

/** The longest run of seconds between the first fault and the last heal in which users asked and the app asked S3 nothing. */
function longestSilence(trace: Trace): number {
  const from = Math.floor((onsetMs(trace) ?? Infinity) / 1000);
  const to = Math.ceil((healMs(trace) ?? 0) / 1000);
  let [longest, current] = [0, 0];
  for (const [index, { due, hangs, s3 }] of trace.history.seconds.entries()) {
    if (index < from || index >= to) continue;
    // A second without users proves nothing, and one in which they hang may be a full pool.
    if (due.read + due.write === 0) continue;
    current = s3 === 0 && hangs === 0 ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}

export const killSwitch: Pattern = {
  id: 'kill-switch',
  title: 'Kill switch',
  fingerprint: 'After the first failures the app stops to call S3 at all, and goes on to answer its users.',
  remedy: remedies.killSwitch,
  improves: { dimension: 'blast-radius', figure: hangsFigure },
  look: (trace) => {
    const work = dependentWork(trace.graded);
    if (work.due < SAMPLES_MIN || onsetMs(trace) === null)
      return cannotTell('The app felt no outage in which to throw it.');
    const longest = longestSilence(trace);
    const perSecond = trace.baseline.read.due + trace.baseline.write.due;
    const evidence = [countFigure('longest stretch of seconds without an S3 request', longest)];
    if (perSecond < SAMPLES_MIN) return cannotTell('Too little traffic to tell a switch from a pause.', evidence);
    if ((healMs(trace) ?? 0) - (onsetMs(trace) ?? 0) < OUTAGE_S_MIN * 1000)
      return cannotTell('The outage was too short to tell a switch from a pause.', evidence);
    return longest >= SILENCE_S
      ? shown(`For ${longest} s in a row the app sent S3 nothing, and its users were answered.`, evidence)
      : notShown('The app never stopped to call S3 while it failed.', evidence);
  },
};

/** By chance a read is called off as often before an answer for the same object as after one. [our choice] */
const MORE_THAN_CHANCE = 2;

export const hedging: Pattern = {
  id: 'hedging',
  title: 'Hedged reads',
  fingerprint:
    'A second request for the same object starts while the first is slow, and the loser is called off when the winner answers: far oftener than reads are called off just before an answer, which is chance.',
  remedy: remedies.hedging,
  improves: {
    dimension: 'latency',
    figure: (trace) => msFigure('p95 of good reads in the incident', trace.incident.read.goodLatency.percentile(95)),
  },
  look: ({ history: { hedges } }) => {
    const { calledOff, calledOffBefore, reads } = hedges;
    const evidence = [
      countFigure('reads called off when another had answered', calledOff),
      countFigure('reads called off before another answered, which is chance', calledOffBefore),
      countFigure('S3 reads of a known object', reads),
    ];
    if (reads < SAMPLES_MIN) return cannotTell('The journal does not say which objects were read.', evidence);
    if (calledOff < SILENT_MIN) {
      return notShown('No read was called off in favour of another one for the same object.', evidence);
    }
    return calledOff >= MORE_THAN_CHANCE * calledOffBefore + SILENT_MIN
      ? shown(`${calledOff} reads were called off when another request for the same object had answered.`, evidence)
      : cannotTell(
          `So many users read the same objects at once that ${calledOff} reads were called off after an answer to another one, and ${calledOffBefore} before.`,
          evidence,
        );
  },
};

/** The statuses that say "not now": Too Many Requests, and Service Unavailable. */
const SHED = ['HTTP 429', 'HTTP 503'] as const;

export const loadShedding: Pattern = {
  id: 'load-shedding',
  title: 'Load shedding',
  fingerprint: 'What the app cannot serve it refuses at once with 429 or 503, and serves the rest.',
  remedy: remedies.shedding,
  improves: {
    dimension: 'latency',
    figure: (trace) => msFigure('time to an error, p95', dependentWork(trace.graded).errorLatency.percentile(95)),
  },
  look: (trace) => {
    const work = dependentWork(trace.graded);
    const shed = SHED.reduce((sum, how) => sum + (work.failures.get(how) ?? 0), 0);
    const failed = work.due - work.good;
    const p95 = work.errorLatency.percentile(95);
    const evidence = [
      shareFigure('failures that said "not now" (429, 503)', shed, failed, wilson(shed, failed)),
      msFigure('time to an error, p95', p95),
      hangsFigure(trace),
    ];
    if (failed < SAMPLES_MIN) return cannotTell('Too little failed for anything to be shed.', evidence);
    const hangs = work.hangs / work.due;
    return shed / failed >= 0.5 && (p95 ?? Infinity) <= FAST_MS && hangs < HANGS_MAX
      ? shown(
          `${percent(shed / failed)} of the failures were refusals, 95 % of them within ${duration(p95 ?? 0)}.`,
          evidence,
        )
      : notShown(
          hangs >= HANGS_MAX
            ? 'Users waited for what the app could not serve.'
            : shed / failed >= 0.5
              ? `${percent(shed / failed)} of the failures said "not now" (429 or 503), but some only after ${duration(p95 ?? 0)}.`
              : `Only ${percent(shed / failed)} of the failures said "not now" (429 or 503).`,
          evidence,
        );
  },
};
