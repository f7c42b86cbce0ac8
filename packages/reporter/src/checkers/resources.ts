import type { Life, ProcessReading } from '../history/lives.ts';
import type { Figure } from '../report/basics.ts';
import { growthOf, median, type Point } from '../statistics/growth.ts';
import type { Trace } from '../trace.ts';
import { duration, joined } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { type Checker, type Finding, inconclusive } from './checker.ts';
import { healMs, onsetMs } from './mitigation.ts';

/** Fewer readings in the outage, and nothing is said of growth. [our choice] */
const READINGS_MIN = 20;
/** Beyond chance: Mann-Kendall, one in seven hundred. */
const Z_MIN = 3;
/** Growth below this part of what is usual is none. [our choice] */
const PART_MIN = 0.25;
/** What has grown so much less in the outage's second half is coming to rest. [our choice] */
const STILL_PART = 1 / 3;
/** Users who wait pile up for as long as they are patient; an outage must last so many times that to tell. [our choice] */
const PATIENCES_MIN = 2;
/** One measure that grows costs most of the score, two all of it. [our choice] */
const SCORES = [100, 40, 0] as const;

const MB = 1024 * 1024;

interface Measure {
  readonly name: string;
  readonly pick: (reading: ProcessReading) => number | null;
  /** Less growth than this means nothing. [our choice] */
  readonly floor: number;
  readonly text: (value: number) => string;
}

const count = (value: number): string => String(Math.round(value));

const measures: readonly Measure[] = [
  { name: 'memory', pick: ({ rssBytes }) => rssBytes, floor: 32 * MB, text: (value) => `${Math.round(value / MB)} MB` },
  { name: 'threads', pick: ({ threads }) => threads, floor: 20, text: count },
  { name: 'sockets', pick: ({ sockets }) => sockets, floor: 50, text: count },
  { name: 'open files', pick: ({ openFiles }) => openFiles, floor: 50, text: count },
];

interface Looked {
  readonly measure: Measure;
  readonly life: Life;
  readonly before: number | null;
  readonly atEnd: number;
  readonly growing: boolean;
  readonly perMinute: number;
}

const pointsOf = (readings: readonly ProcessReading[], { pick }: Measure): readonly Point[] =>
  readings.flatMap((reading) => {
    const value = pick(reading);
    return value === null ? [] : [{ t: reading.t, value }];
  });

/** Growth that chance, a usual drift and a coming to rest do not explain. */
function isGrowing(outage: readonly Point[], calm: readonly Point[], { floor }: Measure): boolean {
  const growth = growthOf(outage);
  if (growth === null || growth.z < Z_MIN) return false;
  const usual = median(calm.map(({ value }) => value)) ?? outage[0]?.value ?? 0;
  if (growth.total < Math.max(floor, PART_MIN * usual)) return false;
  const drift = growthOf(calm)?.slope ?? 0;
  const late = growthOf(outage.slice(Math.floor(outage.length / 2)));
  return growth.slope > 2 * drift && late !== null && late.z > 0 && late.slope >= STILL_PART * growth.slope;
}

function look(life: Life, measure: Measure, from: number, to: number): Looked | null {
  const points = pointsOf(life.readings, measure);
  const outage = points.filter(({ t }) => t >= from && t <= to);
  if (outage.length < READINGS_MIN) return null;
  const calm = points.filter(({ t }) => t < from);
  return {
    measure,
    life,
    before: median(calm.map(({ value }) => value)),
    atEnd: median(outage.slice(-5).map(({ value }) => value)) ?? 0,
    growing: isGrowing(outage, calm, measure),
    perMinute: (growthOf(outage)?.slope ?? 0) * 60_000,
  };
}

const figureOf = ({ measure, life, before, atEnd, perMinute }: Looked): Figure => ({
  name: `${measure.name}${life.replica === null ? '' : ` of replica ${life.replica}`}, before to the outage's end`,
  value: Math.round(perMinute),
  unit: 'count',
  text: `${before === null ? 'not known' : measure.text(before)} to ${measure.text(atEnd)}, ${measure.text(perMinute)} a minute`,
});

/** Why nothing could be read, and how to mend it. */
function whyNone({ history }: Trace): string {
  if (history.plan.target.command.length === 0)
    return 'The app was not started by Gameday, so nobody looked into its processes: give its command in chaos.yaml.';
  return history.run.tool.platform.startsWith('linux')
    ? `Fewer than ${READINGS_MIN} readings of one life of the app in the outage: a longer outage, or a lower --speed, would do.`
    : 'Processes are looked into on Linux only: run Gameday there, or in a container, to know.';
}

function findingOf(trace: Trace, looked: readonly Looked[], lastedMs: number): Finding {
  const growing = looked.filter((one) => one.growing);
  const evidence = looked.map(figureOf);
  const names = [...new Set(growing.map(({ measure }) => measure.name))];
  if (names.length === 0) {
    return {
      verdict: 'pass',
      score: 100,
      summary: 'Memory, threads, sockets and open files stayed within bounds however long S3 failed.',
      evidence,
      causes: [],
      caps: [],
    };
  }
  const grew = `${joined(names)} of the app grew as long as S3 failed`;
  if (lastedMs < PATIENCES_MIN * trace.history.plan.patienceMs) {
    return inconclusive(
      `${sentenceCase(grew)}; but ${duration(lastedMs)} are less than ${PATIENCES_MIN} times the patience of its users, so these may be the ones who wait.`,
      evidence,
    );
  }
  const score = SCORES[Math.min(names.length, SCORES.length - 1)] ?? 0;
  const figures = growing.map(figureOf);
  const sentence = `${sentenceCase(grew)}: ${figures.map(({ name, text }) => `${name}: ${text}`).join('; ')}. A longer outage would take the app down.`;
  const onset = onsetMs(trace) ?? 0;
  return {
    verdict: 'fail',
    score,
    summary: sentence,
    evidence,
    causes: [
      {
        id: 'resources.growth',
        sentence,
        evidence: figures,
        windows: [],
        from: trace.clock.planned(onset),
        to: trace.clock.planned(onset + lastedMs),
        cap: 'unbounded-growth',
        remedy: remedies.growth,
        share: 1,
      },
    ],
    caps: [{ id: 'unbounded-growth', sentence: `${sentenceCase(grew)}.` }],
  };
}

const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const resources: Checker = {
  id: 'resources',
  title: 'Bounded resources',
  question: 'Would the app live through a longer outage?',
  formula: `Readings of the app's processes between the first fault that struck and the last heal, for each life that has ${READINGS_MIN} of them. Memory, threads, sockets or open files grow where Mann-Kendall's trend is beyond ${Z_MIN} standard deviations, Theil-Sen's slope over the outage makes at least ${100 * PART_MIN} % of what is usual (and 32 MB, 20 threads, 50 sockets or files), twice the drift of the baseline, and has not fallen to a third of itself in the outage's second half. ${SCORES[0]} where none grows, ${SCORES[1]} for one, ${SCORES[2]} for more.`,
  weight: 5,
  check: (trace) => {
    const onset = onsetMs(trace);
    if (trace.graded.length === 0 || onset === null) return inconclusive('The app felt no outage.');
    const zero = trace.history.loadStart ?? 0;
    const heal = healMs(trace) ?? onset;
    const looked = trace.history.lives.flatMap((life) =>
      measures.flatMap((measure) => look(life, measure, zero + onset, zero + heal) ?? []),
    );
    return looked.length === 0 ? inconclusive(whyNone(trace)) : findingOf(trace, looked, heal - onset);
  },
};
