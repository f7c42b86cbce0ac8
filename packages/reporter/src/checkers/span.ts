import type { S3Class } from '../history/exchanges.ts';
import type { WorkCell } from '../history/work.ts';
import type { StepClass } from '../journal/plan-record.ts';
import type { Moment } from '../report/basics.ts';
import type { JudgedPhase, Trace } from '../trace.ts';

/** The stretch of the incident in which something went wrong, and the faults that were on. */
export interface Span {
  readonly from: Moment | null;
  readonly to: Moment | null;
  /** "From 09:37 to 13:54". */
  readonly when: string;
  /** Ids of the windows, the one that struck most first. */
  readonly windows: readonly string[];
  /** `Behind most of them: "us-east-1 never answers".`, or nothing where no fault can be named. */
  readonly behind: string;
}

/** A phase belongs to the stretch from this share of bad requests on. */
const BAD_SHARE_MIN = 0.05;

const s3ClassesOf: Readonly<Record<StepClass, readonly S3Class[]>> = {
  read: ['read'],
  write: ['write', 'delete'],
  control: ['read', 'write', 'delete'],
};

interface Blame {
  readonly id: string;
  readonly sentence: string;
  /** Bad requests laid to it. */
  readonly count: number;
}

/**
 * Lays the bad requests of each phase to its windows, in proportion to the S3 requests of the class that each of them
 * struck then, connections without an answer being of every class. Where none struck, nothing is laid to any: a plan is no evidence.
 */
function blamed(phases: readonly JudgedPhase[], cls: StepClass, bad: (cell: WorkCell) => number): readonly Blame[] {
  const sentences = new Map(phases.flatMap(({ windows }) => windows).map(({ record }) => [record.id, record.sentence]));
  const counts = new Map<string, number>();
  for (const { phase } of phases) {
    const { exchanges } = phase;
    const struck = exchanges.struckWindows.map((id) => [id, exchanges.struckOf(id, s3ClassesOf[cls])] as const);
    const total = struck.reduce((sum, [, count]) => sum + count, 0);
    for (const [id, count] of struck) {
      if (count > 0) counts.set(id, (counts.get(id) ?? 0) + (bad(phase.work[cls]) * count) / total);
    }
  }
  return [...counts]
    .map(([id, count]): Blame => ({ id, sentence: sentences.get(id) ?? id, count }))
    .toSorted((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
}

function behindOf([main]: readonly Blame[], total: number, others: boolean): string {
  if (main === undefined || total < 1) return '';
  const whom = others ? 'the others' : 'them';
  const part = main.count > total / 2 ? `The fault behind most of ${whom}` : `Foremost among the faults behind ${whom}`;
  return ` ${part}: "${main.sentence.replace(/\.$/, '')}".`;
}

const edge = (trace: Trace, phase: JudgedPhase['phase'], at: 'start' | 'end'): Moment => {
  const { record } = phase;
  const t = at === 'start' ? phase.start : (phase.end ?? trace.history.lastAt);
  const moment = trace.clock.moment(t ?? 0);
  const minutes = at === 'start' ? record.incidentFromMin : record.incidentToMin;
  return minutes === null ? moment : { atMs: moment.atMs, clock: trace.clock.minute(minutes) };
};

/** From when to when a phase ran, on the incident's clock where it has one. */
export const phaseEdges = (
  trace: Trace,
  phase: JudgedPhase['phase'],
): { readonly from: Moment; readonly to: Moment } => ({
  from: edge(trace, phase, 'start'),
  to: edge(trace, phase, 'end'),
});

/**
 * The graded phases in which `bad` makes up a notable part of a class, told as one stretch of time.
 * @param absent how many of the bad ones no fault is behind, because the app itself was down
 */
export function spanOf(
  trace: Trace,
  cls: StepClass,
  bad: (cell: WorkCell) => number,
  absent: (cell: WorkCell) => number = () => 0,
): Span {
  const touched = trace.graded.filter(({ phase }) => {
    const cell = phase.work[cls];
    return cell.due > 0 && bad(cell) / cell.due >= BAD_SHARE_MIN;
  });
  const first = touched[0] ?? trace.graded[0];
  const last = touched.at(-1) ?? trace.graded.at(-1);
  if (first === undefined || last === undefined) {
    return { from: null, to: null, when: 'During the incident', windows: [], behind: '' };
  }
  const { from } = phaseEdges(trace, first.phase);
  const { to } = phaseEdges(trace, last.phase);
  const windows = blamed(touched, cls, (cell) => Math.max(0, bad(cell) - absent(cell)));
  const away = absent(trace.incident[cls]);
  return {
    from,
    to,
    when: `From ${from.clock} to ${to.clock}`,
    windows: windows.map((window) => window.id),
    behind: behindOf(windows, bad(trace.incident[cls]) - away, away > 0),
  };
}
