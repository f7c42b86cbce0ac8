import type { Report } from '../src/report/report.ts';
import { moment } from './example-measurements.ts';

/** What the example report says of patterns, settings, alarms and probes. */
export const findings: Pick<
  Report,
  | 'heatmap'
  | 'diagnosis'
  | 'sdkAdvice'
  | 'objectives'
  | 'patterns'
  | 'forensics'
  | 'processes'
  | 'alarms'
  | 'alarmStories'
  | 'probes'
> = {
  heatmap: {
    edgesMs: [10, 100, 1_000, 10_000],
    columns: [
      {
        fromMs: 0,
        toMs: 15_000,
        clock: 'baseline +0 s',
        read: [40, 20, 0, 0, 0],
        write: [0, 9, 1, 0, 0],
        control: [9, 0, 0, 0, 0],
      },
      {
        fromMs: 15_000,
        toMs: 95_000,
        clock: '09:37',
        read: [0, 20, 5, 5, 80],
        write: [0, 0, 0, 0, 30],
        control: [9, 0, 0, 0, 0],
      },
    ],
  },
  diagnosis: [
    {
      id: 'onset',
      at: moment(15_000),
      sentence: 'At 09:37 incident time S3 began to fail: us-east-1 accepts connections and never answers.',
      evidence: [{ title: 'Faults', anchor: 'faults' }],
    },
    {
      id: 'lost-writes',
      at: null,
      sentence: '3 of 143 acknowledged writes were lost because the app said yes to them before they were durable.',
      evidence: [{ title: 'Ledger', anchor: 'ledger' }],
    },
  ],
  sdkAdvice: [
    {
      setting: 'requestTimeout with throwOnRequestTimeout: true',
      advice: 'On the request handler: 1.7 s or less.',
      measured: 'S3 calls stayed open for up to 31.2 s, and 74 % of reads and writes hung.',
      evidence: [{ name: 'longest of them', value: 31_200, unit: 'ms', text: '31.2 s' }],
    },
  ],
  objectives: [
    {
      id: 'availability.read',
      kind: 'availability',
      class: 'read',
      wanted: '99.9 % of reads good',
      measured: '39.2 % of 612 reads',
      value: 0.392,
      target: 0.999,
      budgetBurned: 608,
      verdict: 'fail',
      sentence: '99.9 % of reads good: 39.2 % of 612 reads, 608.0 times the error budget of that time.',
    },
  ],
  patterns: [
    {
      id: 'region-failover',
      title: 'Region failover',
      state: 'not-shown',
      sentence: 'Every S3 request went to us-east-1, also while it failed.',
      fingerprint: 'When one region fails, S3 requests move to another.',
      evidence: [
        { name: 'S3 requests to other regions in the outage', value: 0, unit: 'ratio', text: '0 of 512 (0 %)' },
      ],
      remedy: {
        pattern: 'Region rotation, or a cache that serves stale copies',
        advice: 'Replicate the bucket to a second region and rotate reads over both.',
        proof: 'Invoca rotates through its regions on every request.',
        source: { title: 'Invoca: S3 Region Failover and Alerting', url: 'https://example.com/invoca' },
      },
      improves: {
        dimension: 'failover',
        figure: { name: 'failed reads', value: 0.608, unit: 'ratio', text: '372 of 612 (60.8 %)' },
      },
    },
    {
      id: 'circuit-breaker',
      title: 'Circuit breaker',
      state: 'shown',
      sentence: 'While S3 failed, the app asked it only 0.20 times as often as usual.',
      fingerprint: 'The app sends far fewer requests than usual.',
      evidence: [],
      remedy: null,
      improves: null,
    },
    {
      id: 'hedging',
      title: 'Hedged reads',
      state: 'cannot-tell',
      sentence: 'The journal does not say which objects were read.',
      fingerprint: 'A second request starts while the first is slow.',
      evidence: [],
      remedy: null,
      improves: null,
    },
  ],
  forensics: [
    { id: 'back-off', title: 'Back-off and jitter', state: 'finding', sentence: 'No back-off.' },
    { id: 'orphans', title: 'Orphaned multipart uploads', state: 'cannot-tell', sentence: 'None was begun.' },
    { id: 'bursts', title: 'Synchronised bursts', state: 'fine', sentence: 'None.' },
  ],
  processes: [
    {
      phase: 'baseline',
      replica: 1,
      readings: 40,
      processesMax: 2,
      rssBytesP50: 81_000_000,
      rssBytesMax: 90_000_000,
      threadsMax: 11,
      socketsMax: 40,
      openFilesMax: 61,
      cpuShare: 0.21,
    },
    {
      phase: 'blackout',
      replica: 1,
      readings: 60,
      processesMax: 2,
      rssBytesP50: 190_000_000,
      rssBytesMax: 290_000_000,
      threadsMax: 11,
      socketsMax: null,
      openFilesMax: 9_061,
      cpuShare: null,
    },
  ],
  alarms: [
    { at: moment(21_000), alarm: 's3-down', source: 'webhook', state: 'firing', detail: 'S3 in us-east-1 fails' },
    { at: moment(80_000), alarm: 's3-down', source: 'webhook', state: 'cleared', detail: '' },
  ],
  alarmStories: [
    {
      id: 's3-down',
      does: 'critical: the app sends an alert',
      expect: 'fires',
      falseAlarms: 0,
      fired: moment(21_000),
      detectedAfterMs: 1_000,
      detectedAfterIncidentMs: 257_000,
      late: 0,
      cleared: moment(80_000),
      stuck: false,
      asExpected: true,
    },
  ],
  probes: [
    {
      at: moment(5_000),
      phase: 'baseline',
      probe: 'gallery',
      replica: null,
      kind: 'browser',
      usable: true,
      message: 'the gallery shows 12 photos',
      tookMs: 900,
      value: null,
      screenshot: 'probes/gallery-1.png',
      brokenImages: 0,
      consoleErrors: 0,
      lcpMs: 600,
      usableMs: 700,
      failedRequests: 0,
      showed: 'page',
    },
    {
      at: moment(25_000),
      phase: 'blackout',
      probe: 'gallery',
      replica: null,
      kind: 'browser',
      usable: false,
      message: 'no photo within 10 s',
      tookMs: 10_000,
      value: null,
      screenshot: 'probes/gallery-2.png',
      brokenImages: 12,
      consoleErrors: 3,
      lcpMs: null,
      usableMs: null,
      failedRequests: 12,
      showed: 'honest-error',
    },
    {
      at: moment(26_000),
      phase: 'blackout',
      probe: 'queue',
      replica: 2,
      kind: 'metrics',
      usable: null,
      message: 'queue_depth',
      tookMs: 4,
      value: 12,
      screenshot: null,
      brokenImages: null,
      consoleErrors: null,
      lcpMs: null,
      usableMs: null,
      failedRequests: null,
      showed: null,
    },
  ],
};
