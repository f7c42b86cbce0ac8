import type { Moment } from '../src/report/basics.ts';
import type { Ledger, Point, ReportFault, ReportPhase, Retries, TableRow } from '../src/report/measurements.ts';

const clockAt = (atMs: number): string => {
  const seconds = Math.floor(atMs / 1000);
  if (atMs < 15_000) return `baseline +${seconds} s`;
  if (atMs >= 75_000) return `recovery +${seconds - 75} s`;
  const minute = 577 + Math.floor((atMs - 15_000) * (257 / 60_000));
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
};
export const moment = (atMs: number): Moment => ({ atMs, clock: clockAt(atMs) });
export const phases: readonly ReportPhase[] = [
  {
    id: 'baseline',
    title: 'Before the outage',
    stage: 'baseline',
    from: moment(0),
    to: moment(15_000),
    incidentClock: null,
    notes: [],
    windows: [],
    struck: 0,
    graded: true,
    whyNot: null,
  },
  {
    id: 'blackout',
    title: 'Blackout',
    stage: 'incident',
    from: moment(15_000),
    to: moment(43_000),
    incidentClock: '09:37 to 11:37',
    notes: ['09:37 A playbook command removes too many servers', '09:40 No TCP connection from anywhere'],
    windows: ['blackout-silent'],
    struck: 512,
    graded: true,
    whyNot: null,
  },
  {
    id: 'writes-down',
    title: 'Reads are back, writes are not',
    stage: 'incident',
    from: moment(43_000),
    to: moment(75_000),
    incidentClock: '11:37 to 13:54',
    notes: ['13:18 The index has recovered; writes still fail'],
    windows: ['writes-500', 'never-met'],
    struck: 3,
    graded: false,
    whyNot: 'Only 3 S3 requests met a fault here; at least 5 are needed.',
  },
  {
    id: 'recovery',
    title: 'Recovery',
    stage: 'recovery',
    from: moment(75_000),
    to: moment(95_000),
    incidentClock: null,
    notes: [],
    windows: [],
    struck: 0,
    graded: true,
    whyNot: null,
  },
];

const row = (phase: string, cls: TableRow['class'], due: number, good: number, p95Ms: number): TableRow => ({
  phase,
  class: cls,
  due,
  good,
  availability: { ratio: good / due, low: Math.max(0, good / due - 0.04), high: Math.min(1, good / due + 0.04) },
  p50Ms: p95Ms / 3,
  p95Ms,
  p99Ms: p95Ms * 1.2,
  hangs: Math.floor((due - good) * 0.8),
  errors: Math.ceil((due - good) * 0.2),
  unsent: 0,
  errorP95Ms: due === good ? null : p95Ms / 2,
});

const s3 = (requests: number, bad: boolean): Point['s3']['read'] => ({
  requests,
  failed: bad ? requests : 0,
  struck: bad ? requests : 0,
});

export const points: readonly Point[] = Array.from({ length: 190 }, (_, index) => {
  const atMs = index * 500;
  const down = atMs >= 15_000 && atMs < 43_000;
  const writesDown = atMs >= 15_000 && atMs < 75_000;
  const app = (due: number, bad: boolean): Point['app']['read'] => ({
    due,
    good: bad ? (index % 4 === 0 ? 1 : 0) : due,
    hangs: bad ? due - 1 : 0,
    p50Ms: bad ? 10_000 : 14 + (index % 5),
    p95Ms: bad ? 10_000 : 31 + (index % 9) * 3,
  });
  return {
    at: moment(atMs),
    phase: phases.find((phase) => atMs >= phase.from.atMs && atMs < phase.to.atMs)?.id ?? null,
    app: { read: app(6, down), write: app(2, writesDown), control: app(2, false) },
    s3: { read: s3(down ? 9 : 6, down), write: s3(writesDown ? 5 : 2, writesDown), delete: s3(0, false) },
  };
});

export const faults: readonly ReportFault[] = [
  {
    id: 'blackout-silent',
    phase: 'blackout',
    kind: 'silence',
    sentence: 'us-east-1 accepts connections and never answers',
    regions: ['us-east-1'],
    classes: [],
    from: moment(15_000),
    to: moment(43_000),
    fired: 512,
  },
  {
    id: 'writes-500',
    phase: 'writes-down',
    kind: 'error',
    sentence: 'us-east-1 answers every write with 500 InternalError',
    regions: ['us-east-1'],
    classes: ['write'],
    from: moment(43_000),
    to: moment(75_000),
    fired: 3,
  },
  {
    id: 'never-met',
    phase: 'writes-down',
    kind: 'error',
    sentence: 'us-west-2 answers 1 % of reads with 503 SlowDown',
    regions: ['us-west-2'],
    classes: ['read'],
    from: moment(43_000),
    to: moment(75_000),
    fired: 0,
  },
];

export const table: readonly TableRow[] = [
  row('baseline', 'read', 180, 180, 32),
  row('baseline', 'write', 60, 60, 48),
  row('baseline', 'control', 60, 60, 5),
  row('blackout', 'read', 336, 40, 10_000),
  row('blackout', 'write', 112, 8, 10_000),
  row('blackout', 'control', 112, 112, 6),
  row('writes-down', 'read', 384, 380, 60),
  row('writes-down', 'write', 128, 12, 900),
  row('writes-down', 'control', 128, 128, 5),
  row('recovery', 'read', 240, 238, 40),
  row('recovery', 'write', 80, 79, 55),
  row('recovery', 'control', 80, 80, 5),
];

export const ledger: Ledger = {
  acked: 143,
  ok: 138,
  lost: 3,
  corrupted: 0,
  unreadable: 2,
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
  unknown: 91,
  recovered: 12,
  bytesAcked: 1_171_456,
  firstLost: [
    {
      entry: 'e-000131',
      given: 'k7',
      id: 'shared',
      step: 'upload',
      fate: 'lost',
      acked: moment(15_200),
      app: 'absent: 404',
      s3: 'absent',
      command: null,
    },
    {
      entry: 'e-000132',
      given: null,
      id: 'well',
      step: 'upload',
      fate: 'lost',
      acked: moment(15_300),
      app: 'absent: 404',
      s3: 'absent',
      command: null,
    },
    {
      entry: 'e-000135',
      given: null,
      id: 'well',
      step: 'upload',
      fate: 'lost',
      acked: moment(15_900),
      app: 'absent: 404',
      s3: null,
      command: null,
    },
  ],
};

export const retries: Retries = {
  rows: [
    {
      phase: 'baseline',
      exchanges: 244,
      operations: 244,
      attemptsPerOperation: 1,
      attemptsMax: 1,
      amplification: 1,
      pauseP50Ms: null,
      pauseMaxMs: null,
      heldP95Ms: null,
      heldMaxMs: null,
      gaveUp: 0,
    },
    {
      phase: 'blackout',
      exchanges: 512,
      operations: 310,
      attemptsPerOperation: 1.65,
      attemptsMax: 3,
      amplification: 1.12,
      pauseP50Ms: 34,
      pauseMaxMs: 96,
      heldP95Ms: 29_800,
      heldMaxMs: 31_200,
      gaveUp: 41,
    },
    {
      phase: 'writes-down',
      exchanges: 601,
      operations: 508,
      attemptsPerOperation: 1.18,
      attemptsMax: 3,
      amplification: 1.15,
      pauseP50Ms: 41,
      pauseMaxMs: 101,
      heldP95Ms: 6,
      heldMaxMs: 12,
      gaveUp: 0,
    },
    {
      phase: 'recovery',
      exchanges: 322,
      operations: 322,
      attemptsPerOperation: 1,
      attemptsMax: 1,
      amplification: 1,
      pauseP50Ms: null,
      pauseMaxMs: null,
      heldP95Ms: null,
      heldMaxMs: null,
      gaveUp: 0,
    },
  ],
  surgeAtHeal: 2.4,
};
