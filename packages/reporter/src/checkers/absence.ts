import type { Downtime } from '../history/downtime.ts';
import type { WorkCell } from '../history/work.ts';
import type { Remedy } from '../report/basics.ts';
import type { Trace } from '../trace.ts';
import { remedies } from '../wording/remedies.ts';

/** A process that is told to end lets go of its connections before its exit is known. */
const ENDING_MS = 250;

const isIn =
  (at: number) =>
  ({ from, to }: Downtime): boolean =>
    from - ENDING_MS <= at && at <= to;

/** Connections that were refused or reset because no process of the app was up: no fault of S3 is behind those. */
export const absentIn =
  ({ downtimes }: Trace) =>
  (cell: WorkCell): number =>
    cell.connectionsLost.filter((at) => downtimes.some(isIn(at))).length;

/** A start that takes longer waits for something. [our choice] */
const START_MS_MAX = 3_000;

/** What is to be said of requests that met no app at all. */
export interface Absence {
  readonly count: number;
  /** With a space before it; empty where there are none. */
  readonly sentence: string;
  /** Where they are most of the failures: what would have helped. */
  readonly remedy: Remedy | null;
}

/** @param failed all failures of the class, of which these are a part */
export function absenceOf(trace: Trace, cell: WorkCell, failed: number): Absence {
  const count = absentIn(trace)(cell);
  if (count === 0) return { count, sentence: '', remedy: null };
  const met = trace.downtimes.filter((downtime) => cell.connectionsLost.some((at) => isIn(at)(downtime)));
  const longest = met.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  const part = count === failed ? (count === 1 ? 'It' : 'All of them') : `${count} of them`;
  const when =
    longest === undefined || met.length > 1
      ? ''
      : `, from ${trace.clock.moment(longest.from).clock} to ${trace.clock.moment(longest.to).clock}`;
  const why = met.every(({ planned }) => planned) ? ', which Gameday had stopped as planned' : '';
  const planned = longest !== undefined && longest.planned;
  return {
    count,
    sentence: ` ${part} met an app that was down${when}${why}.`,
    remedy:
      count <= failed / 2 || !planned
        ? null
        : longest.to - longest.from > START_MS_MAX
          ? remedies.restart
          : remedies.replicas,
  };
}
