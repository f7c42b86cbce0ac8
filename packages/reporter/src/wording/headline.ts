import { phaseEdges } from '../checkers/span.ts';
import type { Letter } from '../journal/plan-record.ts';
import { SAMPLES_MIN, type Trace } from '../trace.ts';
import { joined, percent, plural } from './figures.ts';

const outcomes: Readonly<Record<Letter, string>> = {
  A: 'rode out the outage',
  B: 'came through the outage with scratches',
  C: 'stayed up, but its users felt the outage',
  D: 'was badly hurt by the outage',
  F: 'did not survive the outage',
};

function serviceOf(trace: Trace): string {
  const cells = (['read', 'write'] as const).flatMap((cls) => {
    const { good, due } = trace.incident[cls];
    return due === 0 ? [] : [{ cls, due, ratio: good / due }];
  });
  // Of few requests nothing is said, as in the grade; that they are few is.
  const rated = cells.filter(({ due }) => due >= SAMPLES_MIN);
  const few = cells.find(({ due }) => due < SAMPLES_MIN);
  if (few !== undefined && rated.length > 0) {
    return `${ratiosOf(rated)} (${plural(few.due, few.cls)} are too few to be graded)`;
  }
  return ratiosOf(cells);
}

function ratiosOf(cells: readonly { readonly cls: string; readonly ratio: number }[]): string {
  if (cells.every(({ ratio }) => ratio === 1)) return `every ${joined(cells.map(({ cls }) => cls))} succeeded`;
  return `${joined(cells.map(({ cls, ratio }) => `${percent(ratio)} of ${cls}s`))} succeeded`;
}

/** The result in one or two sentences for someone who reads nothing else. */
export function headlineOf(trace: Trace, letter: Letter | null, reason: string | null): string {
  const { name } = trace.history.plan.target;
  if (letter === null) return `${name}: no grade. ${reason ?? ''}`.trim();
  const first = trace.graded[0];
  const last = trace.graded.at(-1);
  const when =
    first === undefined || last === undefined
      ? 'During the incident'
      : `From ${phaseEdges(trace, first.phase).from.clock} to ${phaseEdges(trace, last.phase).to.clock}`;
  const { acked, fates } = trace.ledger.all;
  const gone = fates.lost + fates.corrupted;
  const ledger =
    gone > 0
      ? `, and ${gone} of ${plural(acked, 'acknowledged write')} ${gone === 1 ? 'is' : 'are'} ${joined([...(fates.lost > 0 ? ['lost'] : []), ...(fates.corrupted > 0 ? ['corrupted'] : [])])}`
      : fates.ok === acked && acked > 0
        ? ', and no acknowledged write was lost'
        : '';
  const outcome = gone > 0 ? 'lost data in the outage' : outcomes[letter];
  return `${name} ${outcome}. ${when}, ${serviceOf(trace)}${ledger}. Grade ${letter}.`;
}
