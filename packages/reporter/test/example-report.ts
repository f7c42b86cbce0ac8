import type { Cause, Dimension, Figure, Remedy } from '../src/report/basics.ts';
import type { Report } from '../src/report/report.ts';
import { findings } from './example-findings.ts';
import { faults, ledger, moment, phases, points, retries, table } from './example-measurements.ts';

const count = (name: string, value: number): Figure => ({ name, value, unit: 'count', text: String(value) });

const timeouts: Remedy = {
  pattern: 'Fail-fast timeouts',
  advice:
    'Give every S3 call a deadline shorter than the patience of your users: requestTimeout with throwOnRequestTimeout, socketTimeout, or an AbortSignal. The JavaScript SDK has none by default.',
  proof: 'Ada put short socket timeouts on its S3 calls on the day of the outage, and served from its cache instead.',
  source: {
    title: 'Ada: February 28th downtime postmortem',
    url: 'https://ada.support/posts/february-28th-downtime-postmortem',
  },
};

const hangs: Cause = {
  id: 'latency.hangs-read',
  dimension: 'latency',
  sentence:
    'From 09:40 to 11:37, while us-east-1 accepted connections and never answered, 81 % of reads were still waiting when their users gave up after 10 s.',
  evidence: [
    { name: 'hung reads', value: 0.81, unit: 'ratio', text: '340 of 420 (81.0 %)' },
    { name: 'longest wait for S3', value: 31_200, unit: 'ms', text: '31.2 s' },
  ],
  windows: ['blackout-silent'],
  from: moment(15_700),
  to: moment(43_000),
  pointsLost: 9.8,
  cap: 'hangs',
  remedy: timeouts,
};
const unavailable: Cause = {
  ...hangs,
  id: 'availability.read',
  dimension: 'availability',
  sentence: 'From 09:37 to 13:18, 372 of 612 reads (60.8 %) failed because the only copy was in us-east-1.',
  evidence: [{ name: 'failed reads', value: 0.608, unit: 'ratio', text: '372 of 612 (60.8 %)' }],
  pointsLost: 18.2,
  cap: null,
  remedy: {
    pattern: 'Read from a second region',
    advice:
      'Replicate the bucket to another region and rotate reads over both, so that the other region is proven before you need it.',
    proof: 'Invoca rotates its reads over regions, so that a lost region costs one more attempt.',
    source: null,
  },
};
const lost: Cause = {
  ...hangs,
  id: 'durability.lost',
  dimension: 'durability',
  sentence:
    '3 of 143 acknowledged writes are gone: the app said yes between 09:37 and 09:41 and has no trace of them now.',
  evidence: [count('lost writes', 3), count('acknowledged writes', 143)],
  pointsLost: 20,
  cap: 'lost-writes',
  remedy: {
    pattern: 'Acknowledge only what is durable',
    advice:
      'Answer the user after the write is in S3 or in a local log that survives a restart, and replay that log when S3 is back.',
    proof: 'TUNE kept events in a log and replayed them: nothing was lost.',
    source: {
      title: 'TUNE: the AWS outage, how we were prepared',
      url: 'https://www.tune.com/blog/aws-outage-prepared-worst/',
    },
  },
};

const dimension = (
  id: string,
  title: string,
  score: number | null,
  weight: number,
  summary: string,
  causes: readonly Cause[] = [],
): Dimension => ({
  id,
  title,
  question: `How well did the app do in ${title.toLowerCase()}?`,
  verdict: score === null ? 'inconclusive' : score >= 70 ? 'pass' : 'fail',
  score,
  weight,
  pointsLost: score === null ? 0 : ((100 - score) * weight) / 100,
  summary,
  formula: '100 x good / due, the mean of reads and writes over the graded phases',
  evidence: [count('requests due', 1_220)],
  causes,
});

/** A believable report of a bad day, for the tests of renderers; its figures need not add up. */
export const exampleReport: Report = {
  version: 3,
  letter: 'F',
  score: 48.3,
  verdict: 'fail',
  merged: 'fail',
  headline:
    'Photo gallery went down with S3: from 09:37 to 13:54 it served 39.2 % of reads and 12.4 % of writes, and lost 3 of 143 acknowledged writes. Grade F.',
  inconclusive: [],
  gate: { letter: 'C', verdict: 'fail', sentence: 'The gate asks for C or better; the app got F.' },
  topCauses: [lost, unavailable, hangs],
  dimensions: [
    dimension(
      'exposure',
      'Exposure',
      100,
      0,
      '515 S3 requests met a fault, in 1 of 2 incident phases enough to grade.',
    ),
    dimension('availability', 'Availability', 26, 35, '39.2 % of reads and 12.4 % of writes succeeded.', [unavailable]),
    dimension('durability', 'Durability', 0, 20, '3 of 143 acknowledged writes are lost.', [lost]),
    dimension('latency', 'Latency', 35, 15, '74 % of requests were still waiting after 10 s.', [hangs]),
    dimension('recovery', 'Recovery', 95, 10, 'Back at baseline 7 s after the last fault healed.'),
    dimension('retry-discipline', 'Retry discipline', null, 10, 'Too few retries to judge.'),
    dimension('blast-radius', 'Blast radius', 100, 10, 'Pages that need no S3 stayed at baseline.'),
  ],
  grade: {
    score: 48.3,
    letterBeforeCaps: 'F',
    scale: [
      { letter: 'A', from: 90 },
      { letter: 'B', from: 80 },
      { letter: 'C', from: 70 },
      { letter: 'D', from: 60 },
      { letter: 'F', from: 0 },
    ],
    caps: [
      {
        id: 'lost-writes',
        rule: 'Any lost or corrupted acknowledged write: F.',
        letter: 'F',
        applied: true,
        sentence: '3 acknowledged writes are lost.',
      },
      {
        id: 'never-back',
        rule: 'Never back at baseline: at most D.',
        letter: 'D',
        applied: false,
        sentence: 'The app came back.',
      },
    ],
    sensitivity: {
      best: 'F',
      worst: 'F',
      scoreLow: 41.2,
      scoreHigh: 55.9,
      stable: true,
      sentence: 'Any mix of weights up to 20 % higher or lower gives the same letter.',
    },
    defaultWeights: null,
  },
  run: {
    id: '2026-05-04T10-20-30Z-7f3a',
    at: '2026-05-04T10:20:30.000Z',
    gameday: '0.1.0',
    node: 'v20.20.2',
    platform: 'linux x64',
    seed: '1f6c9a',
    durationMs: 97_400,
    end: { reason: 'completed', detail: '' },
    endSentence: 'The run completed its whole plan.',
  },
  scenario: {
    name: 's3-us-east-1-outage',
    title: 'Amazon S3 in us-east-1, 28 February 2017',
    summary: 'A mistyped command takes S3 in us-east-1 down for four hours and seventeen minutes.',
    lesson: 'An app that can only reach one region, without timeouts, goes down with it.',
    sources: [
      { title: 'AWS: Summary of the Amazon S3 service disruption', url: 'https://aws.amazon.com/message/41926/' },
    ],
  },
  clock: { date: '2017-02-28', zone: 'PST', zeroMinuteOfDay: 577, speed: 257 },
  target: {
    name: 'Photo gallery',
    command: ['node', 'server.mjs'],
    url: 'http://127.0.0.1:41234',
    homeRegion: 'us-east-1',
  },
  regions: ['us-east-1', 'us-west-2', 'eu-west-1'],
  patienceMs: 10_000,
  workload: {
    perSecond: 20,
    steps: [
      { id: 'view', class: 'read', weight: 6, does: 'GET /photos/:id' },
      { id: 'upload', class: 'write', weight: 2, does: 'PUT /photos/:id' },
      { id: 'about', class: 'control', weight: 2, does: 'GET /about' },
    ],
  },
  ...findings,
  phases,
  faults,
  table,
  percentiles: [],
  series: { bucketMs: 500, points },
  ledger,
  retries,
  assumptions: [
    {
      name: 'blackoutSilentShare',
      value: 0.8,
      why: 'The sources say that nothing answered, not how each connection ended.',
      overridden: false,
    },
    { name: 'readsRampMinutes', value: 52, why: 'AWS gives its begin and end, not its shape.', overridden: true },
  ],
  notes: [
    { kind: 'target', at: moment(61_000), text: 'The app wrote to stderr: Error: socket hang up' },
    {
      kind: 'grading',
      at: null,
      text: 'One planned fault never fired: us-west-2 answers 1 % of reads with 503 SlowDown.',
    },
  ],
  tool: {
    verdict: 'pass',
    summary: 'The load generator kept its schedule.',
    rssBytesMax: 142_606_336,
    loopDelayMsMax: 38,
    inFlightMax: 214,
    sendLagP99Ms: 4,
    unsent: 0,
    stalledSeconds: 0,
    notImplemented: [],
  },
  journal: { entries: 4_812, malformed: 0, unknown: 0, torn: false },
};
