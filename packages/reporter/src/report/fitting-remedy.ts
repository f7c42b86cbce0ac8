import { effortOf, FULL_FACTOR } from '../checkers/retry-discipline.ts';
import { remedies } from '../wording/remedies.ts';
import type { Cause, Remedy } from './basics.ts';
import type { Trace } from '../trace.ts';
import type { ReportPattern } from './findings.ts';

interface Refinement {
  readonly of: Remedy;
  readonly cls: 'read' | 'write';
  /** Patterns, by id: where one of them was seen at work, the remedy would be to do what is done already. */
  readonly where: readonly string[];
  readonly instead: Remedy;
  /** Where it would be wrong nevertheless. */
  readonly unless?: (trace: Trace) => boolean;
}

const isRetrying = ({ graded }: Trace): boolean => (effortOf(graded).perOperation ?? 0) > FULL_FACTOR;

const regions = ['region-rotation', 'region-failover'] as const;

const refinements: readonly Refinement[] = [
  { of: remedies.reads, cls: 'read', where: [...regions, 'stale-while-error-cache'], instead: remedies.residue },
  { of: remedies.writes, cls: 'write', where: [...regions, 'write-behind'], instead: remedies.residue },
  { of: remedies.slow, cls: 'read', where: ['stale-while-error-cache'], instead: remedies.residue },
  // Each request asks the dead region first, and then another: no retry of the SDK's, where those are few.
  { of: remedies.retries, cls: 'read', where: regions, instead: remedies.breaker, unless: isRetrying },
];

/** Where more failed than this, what was seen at work does not cover it. [our choice] */
const FAILED_MAX = 0.2;

/** The cause, with a remedy that is not what the app was seen to do already. */
export function fittingRemedy(cause: Cause, patterns: readonly ReportPattern[], trace: Trace): Cause {
  const shown = new Set(patterns.filter(({ state }) => state === 'shown').map(({ id }) => id));
  const fitting = refinements.find(({ of, cls, where, unless }) => {
    const { due, good } = trace.incident[cls];
    const isCovered = due - good <= FAILED_MAX * due && where.some((id) => shown.has(id));
    return of === cause.remedy && isCovered && unless?.(trace) !== true;
  });
  return fitting === undefined ? cause : { ...cause, remedy: fitting.instead };
}
