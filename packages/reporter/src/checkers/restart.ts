import type { Life } from '../history/lives.ts';
import type { Trace } from '../trace.ts';
import { verdictOfScore } from '../verdict.ts';
import { duration, msFigure, plural, shareFigure } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { type CauseDraft, type Checker, inconclusive } from './checker.ts';

/** A start while S3 failed. Times are milliseconds since the run began. */
interface Start {
  readonly life: Life;
  /** When the faults that were on at the start were over. */
  readonly healed: number;
  /** Ready before that, and about as fast as ever: S3's reads may be back long before its writes. */
  readonly cameUp: boolean;
}

/** Starts of the target after the load began, while a fault that struck something was on. */
function startsInOutage(trace: Trace): readonly Start[] {
  const { lives, windows, loadStart, lastAt, phases } = trace.history;
  const struck = new Set(phases.flatMap(({ exchanges }) => exchanges.struckWindows));
  const on = windows.flatMap(({ record, start, end, fired }) =>
    start !== null && ((fired ?? 0) > 0 || struck.has(record.id)) ? [{ start, end: end ?? lastAt }] : [],
  );
  const [first] = lives;
  const usual = first?.readyAt === undefined || first.readyAt === null ? 0 : first.readyAt - first.startedAt;
  const slow = Math.max(SLOWER_FACTOR * usual, usual + SLOWER_MS);
  return lives.flatMap((life): Start[] => {
    if (loadStart === null || life.startedAt < loadStart) return [];
    const during = on.filter(({ start, end }) => start <= life.startedAt && life.startedAt < end);
    if (during.length === 0) return [];
    // One window follows another: it is over when the last that touches is.
    let healed = Math.max(...during.map(({ end }) => end));
    for (const { start, end } of on.toSorted((a, b) => a.start - b.start)) {
      if (start <= healed + TOUCH_MS) healed = Math.max(healed, end);
    }
    const { readyAt, startedAt } = life;
    const cameUp = readyAt !== null && readyAt < healed && readyAt - startedAt <= slow;
    return [{ life, healed, cameUp }];
  });
}

/** It waited for something where it took three times as long as the first time, and three seconds more. [our choice] */
const SLOWER_FACTOR = 3;
const SLOWER_MS = 3_000;

/** Windows closer than this follow each other without a rest. */
const TOUCH_MS = 250;

/** One that was stopped again so soon, as planned, is no evidence. [our choice] */
const CHANCE_MS = 10_000;

const hadTime = ({ life: { exit, startedAt }, healed, cameUp }: Start): boolean =>
  cameUp || exit?.expected !== true || exit.at >= Math.min(healed, startedAt + CHANCE_MS);

const who = ({ replica }: Life): string => (replica === null ? 'the app' : `replica ${replica}`);

function sentenceOf(trace: Trace, { life, cameUp }: Start): string {
  const at = trace.clock.moment(life.startedAt).clock;
  if (life.readyAt !== null) {
    const after = duration(life.readyAt - life.startedAt);
    return cameUp
      ? `Started at ${at} without S3, ${who(life)} was ready after ${after}.`
      : `Started at ${at} without S3, ${who(life)} was ready only after ${after}.`;
  }
  if (life.exit !== null && !life.exit.expected) {
    return `Started at ${at} without S3, ${who(life)} ended by itself after ${duration(life.exit.at - life.startedAt)}.`;
  }
  return `Started at ${at} without S3, ${who(life)} was never ready again.`;
}

function causeOf(trace: Trace, start: Start): CauseDraft {
  const { life, healed } = start;
  return {
    id: 'restart.not-ready',
    sentence: sentenceOf(trace, start),
    evidence: [msFigure('start to ready', life.readyAt === null ? null : life.readyAt - life.startedAt)],
    windows: [],
    from: trace.clock.moment(life.startedAt),
    to: trace.clock.moment(life.readyAt ?? healed),
    cap: null,
    remedy: remedies.restart,
    share: 1,
  };
}

export const restart: Checker = {
  id: 'restart',
  title: 'Restart in the outage',
  question: 'Does the app come up while S3 is down?',
  formula:
    '100 x the share of starts during a fault that passed the ready check before that fault healed, and not much later than the first time (three times as long, and 3 s more). At least one start in the outage: restart-target among the events of a scenario.',
  weight: 5,
  check: (trace) => {
    const starts = startsInOutage(trace);
    if (trace.graded.length === 0 || starts.length === 0) {
      return inconclusive('The app was never started while S3 failed; the scenario restart-during-outage does it.');
    }
    const told = starts.filter(hadTime);
    if (told.length === 0) return inconclusive('Each time it was stopped again before it could be ready.');
    const up = told.filter(({ cameUp }) => cameUp).length;
    const score = (100 * up) / told.length;
    return {
      verdict: up === told.length ? 'pass' : verdictOfScore(0),
      score,
      summary:
        up === told.length
          ? `Started ${plural(told.length, 'time')} while S3 failed, the app was ready before it was back.`
          : told
              .filter(({ cameUp }) => !cameUp)
              .map((start) => sentenceOf(trace, start))
              .slice(0, 3)
              .join(' '),
      evidence: [
        shareFigure('starts without S3 that came up', up, told.length),
        ...told
          .slice(0, 10)
          .map(({ life }) => msFigure('start to ready', life.readyAt === null ? null : life.readyAt - life.startedAt)),
      ],
      causes: told
        .filter(({ cameUp }) => !cameUp)
        .slice(0, 3)
        .map((start) => causeOf(trace, start)),
      caps: [],
    };
  },
};
