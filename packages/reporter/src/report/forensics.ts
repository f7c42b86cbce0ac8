import { backlogOf, DRAINED } from '../checkers/backlog.ts';
import { baselinePhases, mainRegion } from '../checkers/failover.ts';
import { fitBackOff, type BackOffFit, WAITS_MIN } from '../statistics/back-off-fit.ts';
import { SAMPLES_MIN, type Trace } from '../trace.ts';
import { duration, joined, percent, plural } from '../wording/figures.ts';
import type { ForensicFinding } from './findings.ts';

type Answer = Pick<ForensicFinding, 'state' | 'sentence'>;

const fine = (sentence: string): Answer => ({ state: 'fine', sentence });
const finding = (sentence: string): Answer => ({ state: 'finding', sentence });
const cannotTell = (sentence: string): Answer => ({ state: 'cannot-tell', sentence });

/** From this share of requests on, each comes on a connection of its own. [our choice] */
const FRESH_SHARE = 0.9;
/** A burst: so many retries in a tenth of a second, and so many times the mean. [our choice] */
const BURST = { retries: 10, times: 5, outOf: 50 } as const;
/** A healthy bucket is held up where it gets less than this part of its usual rate. [our choice] */
const HELD_UP = 0.5;
const indexes = (trace: Trace, wanted: Trace['phases']): readonly number[] =>
  wanted.map((judged) => trace.phases.indexOf(judged));

function attempts({ phases, history: { forensics, registers } }: Trace): Answer {
  const { renewedWrites, triesMax, retries } = forensics;
  // A queue that is replayed without the SDK's retries is one layer; objects that users write again and again tell nothing.
  const layers = renewedWrites > 0 && phases.some(({ phase }) => phase.exchanges.attemptsMax > 1);
  if (retries === 0) return fine('No S3 operation was tried a second time.');
  const own =
    renewedWrites === 0
      ? ''
      : ` ${plural(renewedWrites, 'write')} were begun anew ${registers.any ? 'by the app or by its users' : layers ? 'by the app itself, beside what the SDK does: layers of retries multiply' : 'by the app itself, which alone tries again'}.`;
  const said = `${plural(retries, 'retry', 'retries')}; up to ${plural(triesMax, 'try', 'tries')} of one write.${own}`;
  return renewedWrites >= SAMPLES_MIN && layers && !registers.any ? finding(said) : fine(said);
}

const figures = ({ samples, medianMs, growth, spread }: BackOffFit): string =>
  `${samples} waits, median ${duration(medianMs ?? 0)}${growth === null ? '' : `, each ${growth.toFixed(1)} times the one before`}${spread === null ? '' : `, spread ${spread.toFixed(2)}`}`;

function backOff({ history: { forensics } }: Trace): Answer {
  const fit = fitBackOff(forensics.waitsAfter);
  switch (fit.name) {
    case 'too-few':
      return cannotTell(`Only ${plural(fit.samples, 'wait')} before retries; at least ${WAITS_MIN} are needed.`);
    case 'none':
      return finding(`No back-off: the next try follows at once (${figures(fit)}).`);
    case 'fixed':
      return finding(
        `A fixed back-off without jitter (${figures(fit)}): clients that failed together come back together.`,
      );
    case 'exponential':
      return finding(
        `An exponential back-off without jitter (${figures(fit)}): clients that failed together come back together.`,
      );
    case 'full-jitter':
      return fine(`Full jitter (${figures(fit)}).`);
    case 'one-retry':
      return cannotTell(
        `Equal waits, but no operation was tried more than twice: fixed or exponential (${figures(fit)}).`,
      );
    case 'other':
      return cannotTell(`None of the named back-offs: neither equal waits nor full jitter (${figures(fit)}).`);
    default:
      return fit.name satisfies never;
  }
}

function bursts(trace: Trace): Answer {
  const { forensics } = trace.history;
  if (forensics.retries < BURST.outOf) {
    return cannotTell(`Only ${plural(forensics.retries, 'retry', 'retries')}; at least ${BURST.outOf} are needed.`);
  }
  const slots = forensics.retrySlots;
  const span = Math.max(1, ((slots.at(-1)?.at ?? 0) - (slots[0]?.at ?? 0)) / 100 + 1);
  const mean = forensics.retries / span;
  const high = slots.filter(({ retries }) => retries >= Math.max(BURST.retries, BURST.times * mean));
  const worst = high.toSorted((a, b) => b.retries - a.retries)[0];
  if (worst === undefined) {
    const most = slots.reduce((max, { retries }) => Math.max(max, retries), 0);
    return fine(
      `Retries were spread over time; at most ${most} came in a tenth of a second, ${(most / mean).toFixed(1)} times the mean.`,
    );
  }
  return finding(
    `${plural(high.length, 'burst')} of retries; the largest at ${trace.clock.moment(worst.at).clock} with ${worst.retries} in a tenth of a second, ${(worst.retries / mean).toFixed(0)} times the mean.`,
  );
}

function useless({ history: { forensics } }: Trace): Answer {
  if (forensics.retries === 0) return cannotTell('Nothing was tried a second time.');
  const by = [...forensics.uselessRetries].toSorted(([a], [b]) => a - b);
  if (by.length === 0) return fine('Nothing was tried again after an answer that no retry can mend.');
  return finding(
    `Tried again after ${joined(by.map(([status, count]) => `HTTP ${status} (${count} times)`))}: no retry mends that.`,
  );
}

function clientPerRequest(trace: Trace): Answer {
  const counts = indexes(trace, baselinePhases(trace)).flatMap(
    (index) => trace.history.forensics.connections.get(index) ?? [],
  );
  const known = counts.reduce((sum, count) => sum + count.known, 0);
  const first = counts.reduce((sum, count) => sum + count.first, 0);
  if (known < SAMPLES_MIN) return cannotTell('Too few S3 requests before the outage whose connection is known.');
  const said = `Before the outage ${percent(first / known)} of the S3 requests came on a connection of their own.`;
  return first / known >= FRESH_SHARE
    ? finding(`${said} A client for each request has no retry quota and no pool, and pays for TLS each time.`)
    : fine(said);
}

function headOfLine(trace: Trace): Answer {
  const { forensics, phases } = trace.history;
  const seconds = (index: number): number => {
    const phase = phases[index];
    return phase === undefined || phase.start === null || phase.end === null ? 0 : (phase.end - phase.start) / 1000;
  };
  const calm = indexes(trace, baselinePhases(trace));
  const rate = (over: readonly number[], bucket: string): number => {
    const total = over.reduce((sum, index) => sum + seconds(index), 0);
    const requests = over.reduce((sum, index) => sum + (forensics.buckets.get(index)?.get(bucket)?.requests ?? 0), 0);
    return total === 0 ? 0 : requests / total;
  };
  const usual = new Set(calm.flatMap((index) => Array.from(forensics.buckets.get(index)?.keys() ?? [])));
  const graded = indexes(trace, trace.graded);
  const isStruck = (bucket: string): boolean =>
    graded.some((index) => (forensics.buckets.get(index)?.get(bucket)?.struck ?? 0) > 0);
  const requestsBefore = (bucket: string): number =>
    calm.reduce((sum, index) => sum + (forensics.buckets.get(index)?.get(bucket)?.requests ?? 0), 0);
  const healthy = [...usual].filter((bucket) => !isStruck(bucket) && requestsBefore(bucket) >= SAMPLES_MIN);
  if (healthy.length === 0 || ![...usual].some(isStruck)) {
    return cannotTell('No bucket stayed healthy beside one that failed, with enough requests before.');
  }
  const heldUp = healthy.filter((bucket) => rate(graded, bucket) < HELD_UP * rate(calm, bucket));
  return heldUp.length === 0
    ? fine(`${plural(healthy.length, 'healthy bucket')} got requests as usual while others failed.`)
    : finding(
        `${joined(heldUp.map((bucket) => `"${bucket}" fell to ${percent(rate(graded, bucket) / rate(calm, bucket))} of its usual rate`))} though it was healthy: what waits for the dead one stands in its way.`,
      );
}

const used = (phases: Trace['phases']): ReadonlySet<string> =>
  new Set(phases.flatMap(({ phase }) => Array.from(phase.exchanges.regions.keys())));

function regionsBefore(trace: Trace): Answer {
  const before = used(baselinePhases(trace));
  const fresh = [...used(trace.graded)].filter((region) => !before.has(region));
  if (before.size === 0) return cannotTell('No S3 request was seen before the outage.');
  if (fresh.length > 0) {
    return finding(`${joined(fresh)} was first asked in the outage itself: that failover had never been tried.`);
  }
  return before.size === 1
    ? cannotTell(`Only ${mainRegion(trace)} was ever asked.`)
    : fine(`${joined([...before])} were all in use before the outage.`);
}

function orphans({ history: { forensics } }: Trace): Answer {
  const { uploadsBegun } = forensics;
  if (uploadsBegun === 0) return cannotTell('No multipart upload was begun.');
  return forensics.orphans === 0
    ? fine(`Each of ${plural(uploadsBegun, 'multipart upload')} was completed or aborted.`)
    : finding(
        `${forensics.orphans} of ${plural(uploadsBegun, 'multipart upload')} were neither completed nor aborted: their parts cost money until somebody removes them.`,
      );
}

function backlog(trace: Trace): Answer {
  const found = backlogOf(trace);
  if ('whyNot' in found) return cannotTell(found.whyNot);
  if (found.ms === 0) return fine('No backlog was to be seen after the last heal.');
  return found.ms === null
    ? finding(
        `More than ${DRAINED.times} times the usual S3 requests to the very end of the load: a backlog was not drained.`,
      )
    : fine(`A backlog was drained within ${duration(found.ms)} of the last heal.`);
}

/** What each of them takes for a finding. */
export const forensicQuestions: readonly (readonly [
  id: string,
  title: string,
  look: (trace: Trace) => Answer,
  rule: string,
])[] = [
  [
    'attempts',
    'Attempts per operation',
    attempts,
    `at least ${SAMPLES_MIN} writes that the app began anew after they had failed, beside the SDK's own retries`,
  ],
  [
    'back-off',
    'Back-off and jitter',
    backOff,
    `no back-off, or one that is fixed or exponential without jitter; quartiles and medians of the waits after each attempt, at least ${WAITS_MIN} of them`,
  ],
  [
    'bursts',
    'Synchronised bursts',
    bursts,
    `${BURST.retries} retries within a tenth of a second, and ${BURST.times} times the mean; at least ${BURST.outOf} retries`,
  ],
  [
    'useless-retries',
    'Retries of what no retry mends',
    useless,
    'any retry after a status below 500 other than 408, 425 and 429',
  ],
  [
    'client-per-request',
    'A client per request',
    clientPerRequest,
    `${100 * FRESH_SHARE} % of the S3 requests before the outage are the first on their connection`,
  ],
  [
    'head-of-line',
    'Head-of-line blocking',
    headOfLine,
    `a bucket that no fault struck gets less than ${100 * HELD_UP} % of its usual requests while another is struck`,
  ],
  ['regions-before', 'Regions in use before', regionsBefore, 'a region that is first asked in the outage'],
  ['orphans', 'Orphaned multipart uploads', orphans, 'a multipart upload that is neither completed nor aborted'],
  [
    'backlog',
    'Backlog after the heal',
    backlog,
    `more than ${DRAINED.times} times the usual S3 requests, over ${DRAINED.seconds} s, to the end of the load`,
  ],
];

/** What S3 could tell of its client, question by question. It explains the grade and does not change it. */
export const forensicsOf = (trace: Trace): readonly ForensicFinding[] =>
  forensicQuestions.map(([id, title, look]) => Object.assign({ id, title }, look(trace)));
