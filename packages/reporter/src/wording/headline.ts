import { tallyLedger } from '../checkers/durability.ts';
import { phaseEdges } from '../checkers/span.ts';
import type { Letter } from '../journal/plan-record.ts';
import type { Trace } from '../trace.ts';
import { joined, percent, plural } from './figures.ts';

const fates: Readonly<Record<Letter, string>> = {
  A: 'rode out the outage',
  B: 'came through the outage with scratches',
  C: 'stayed up, but users felt the outage',
  D: 'was badly hurt by the outage',
  F: 'did not survive the outage',
};

/** The result in one or two sentences for someone who reads nothing else. */
export function headlineOf(trace: Trace, letter: Letter | null, reason: string | null): string {
  const { name } = trace.history.plan.target;
  if (letter === null || reason !== null) return `${name}: no grade. ${reason ?? ''}`.trim();
  const first = trace.graded[0];
  const last = trace.graded.at(-1);
  const when =
    first === undefined || last === undefined
      ? 'during it'
      : `from ${phaseEdges(trace, first.phase).from.clock} to ${phaseEdges(trace, last.phase).to.clock}`;
  const shares = (['read', 'write'] as const)
    .filter((cls) => trace.incident[cls].due > 0)
    .map((cls) => `${percent(trace.incident[cls].good / trace.incident[cls].due)} of ${cls}s`);
  const { acked, fates: written } = tallyLedger(trace);
  const gone = written.lost + written.corrupted;
  const ledger =
    gone > 0
      ? `${gone} of ${plural(acked, 'acknowledged write')} ${gone === 1 ? 'was' : 'were'} lost or corrupted`
      : written.ok === acked && acked > 0
        ? 'no acknowledged write was lost'
        : null;
  const facts = [`${when} ${joined(shares)} succeeded`, ...(ledger === null ? [] : [ledger])];
  return `${name} ${fates[letter]}: ${joined(facts)}. Grade ${letter}.`;
}
