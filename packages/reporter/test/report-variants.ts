import type { Report } from '../src/report/report.ts';
import { reportSchema } from '../src/report/report.ts';
import { exampleReport } from './example-report.ts';

/** The run broke off before anything was measured. */
export const emptyReport: Report = {
  ...exampleReport,
  letter: null,
  score: null,
  verdict: 'inconclusive',
  headline: 'Photo gallery: no grade. The app did not start, or ended by itself.',
  inconclusive: [
    { id: 'target-failed', sentence: 'The app did not start, or ended by itself.' },
    { id: 'baseline-too-small', sentence: 'Only 0 reads and writes were due in the baseline.' },
  ],
  gate: null,
  merged: 'inconclusive',
  topCauses: [],
  diagnosis: [],
  sdkAdvice: [],
  objectives: [],
  patterns: [],
  forensics: [],
  processes: [],
  alarms: [],
  alarmStories: [],
  probes: [],
  heatmap: { edgesMs: [10, 100], columns: [] },
  dimensions: exampleReport.dimensions.map((dimension) =>
    Object.assign({}, dimension, { score: null, verdict: 'inconclusive', pointsLost: 0, causes: [], evidence: [] }),
  ),
  grade: {
    ...exampleReport.grade,
    score: null,
    letterBeforeCaps: null,
    caps: [],
    sensitivity: null,
    defaultWeights: null,
  },
  run: { ...exampleReport.run, end: null, endSentence: 'The journal breaks off at 09:38.' },
  target: { ...exampleReport.target, command: [] },
  scenario: { ...exampleReport.scenario, sources: [] },
  phases: [],
  faults: [],
  table: [],
  series: { bucketMs: 250, points: [] },
  ledger: {
    acked: 0,
    ok: 0,
    lost: 0,
    corrupted: 0,
    unreadable: 0,
    notAudited: 0,
    duplicated: 0,
    resurrected: 0,
    holes: 0,
    disordered: 0,
    listed: false,
    inOnePlace: 0,
    sharedIds: 0,
    taken: 0,
    unnamed: 0,
    received: null,
    unknownUnnamed: 0,
    kinds: [],
    appOnly: 0,
    unknown: 0,
    recovered: 0,
    bytesAcked: 0,
    firstLost: [],
  },
  retries: { rows: [], surgeAtHeal: null },
  assumptions: [],
  notes: [],
  tool: {
    ...exampleReport.tool,
    verdict: 'inconclusive',
    summary: 'The tool was never measured.',
    rssBytesMax: null,
    loopDelayMsMax: null,
    inFlightMax: null,
    sendLagP99Ms: null,
  },
  journal: { entries: 1, malformed: 2, unknown: 3, torn: true },
};

const idle = { due: 0, good: 0, hangs: 0, p50Ms: null, p95Ms: null };
const noS3 = { requests: 0, failed: 0, struck: 0 };

/** Phases ran, but nobody asked for anything. */
export const idleReport: Report = {
  ...exampleReport,
  table: exampleReport.table.map((row) =>
    Object.assign({}, row, {
      due: 0,
      good: 0,
      availability: null,
      p50Ms: null,
      p95Ms: null,
      p99Ms: null,
      hangs: 0,
      errors: 0,
      errorP95Ms: null,
    }),
  ),
  series: {
    bucketMs: 500,
    points: exampleReport.series.points.map(({ at, phase }) => ({
      at,
      phase,
      app: { read: idle, write: idle, control: idle },
      s3: { read: noS3, write: noS3, delete: noS3 },
    })),
  },
};

/** An app that rode it out, under weights of its own, on a day without an incident phase. */
export const calmReport: Report = {
  ...exampleReport,
  letter: 'A',
  score: 100,
  verdict: 'pass',
  headline: 'Photo gallery rode out the outage. Grade A.',
  gate: { letter: 'C', verdict: 'pass', sentence: 'The gate asks for C or better; the app got A.' },
  topCauses: [],
  grade: {
    ...exampleReport.grade,
    score: 100,
    letterBeforeCaps: 'A',
    caps: exampleReport.grade.caps.map((cap) => Object.assign({}, cap, { applied: false })),
    sensitivity: { best: 'A', worst: 'A', scoreLow: 100, scoreHigh: 100, stable: true, sentence: 'Always A.' },
    defaultWeights: { letter: 'B', score: 84.5 },
  },
  phases: exampleReport.phases.filter((phase) => phase.stage !== 'incident'),
  table: exampleReport.table.filter((row) => row.phase === 'baseline' || row.phase === 'recovery'),
  faults: [],
};

/** An hour of half-second buckets: far more than a chart has columns. */
export const longReport: Report = {
  ...exampleReport,
  series: {
    bucketMs: 500,
    points: Array.from({ length: 7_200 }, (_, index) => {
      const point = exampleReport.series.points[index % 190];
      const atMs = index * 500;
      return Object.assign({}, point ?? exampleReport.series.points[0], { at: { atMs, clock: `recovery +${atMs} s` } });
    }),
  },
};

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>' </style></title><!-- javascript:\u001B[2J\u0000\u202E\uD800\r\n`;

/** Words that are not text but choices of the schema. */
const CHOICES = new Set(
  'A B C D F pass fail inconclusive read write control delete baseline incident recovery lost corrupted unreadable not-audited count ratio ms factor points completed guardrail lease target hypothesis plan journal tool grading shown not-shown cannot-tell availability latency webhook firing cleared browser metrics fires quiet any http page honest-error unclear white no-answer fine finding well shared missing'.split(
    ' ',
  ),
);

function poison(value: unknown): unknown {
  if (typeof value === 'string') return CHOICES.has(value) ? value : `${HOSTILE}${value}`;
  if (Array.isArray(value)) return value.map(poison);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, poison(inner)]));
}

/** Every string that a journal may fill holds markup, terminal escapes, and characters that no file can hold. */
export const hostileReport: Report = reportSchema.parse(poison(exampleReport));
/** The same for links: an address that runs when it is clicked. */
export const hostileLinksReport: Report = {
  ...hostileReport,
  scenario: { ...hostileReport.scenario, sources: [{ title: 'click', url: 'javascript:alert(1)' }] },
};
