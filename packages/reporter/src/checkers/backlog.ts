import { SAMPLES_MIN, type Trace } from '../trace.ts';
import { baselinePhases } from './failover.ts';
import { healMs } from './mitigation.ts';

/** Requests to S3 are back to usual below this multiple of the baseline's mean, over so many seconds. [our choice] */
export const DRAINED = { times: 1.5, seconds: 5 } as const;

/** Of a count's 95 % interval, in its square roots. */
const Z = 1.96;

/**
 * How long after the last heal S3 got more requests than usual: what had piled up was drained by then. `ms` is 0 where
 * there was nothing to drain, null where it was not drained to the end of the load. `whyNot`: nobody can tell.
 */
export type Backlog = { readonly ms: number | null } | { readonly whyNot: string };

export function backlogOf(trace: Trace): Backlog {
  const heal = healMs(trace);
  const calm = baselinePhases(trace).reduce(
    (sum, { phase }) => ({
      s3: sum.s3 + phase.exchanges.exchanges,
      ms: sum.ms + Math.max(0, (phase.end ?? 0) - (phase.start ?? 0)),
    }),
    { s3: 0, ms: 0 },
  );
  if (heal === null || calm.s3 < SAMPLES_MIN || calm.ms === 0)
    return { whyNot: 'Too few S3 requests before the outage.' };
  // Few requests tell little: it must be more for sure, by the ends of both intervals.
  const usual = (1_000 * (calm.s3 + Z * Math.sqrt(calm.s3))) / calm.ms;
  const after = trace.history.seconds.slice(Math.ceil(heal / 1_000));
  if (after.length < DRAINED.seconds) return { whyNot: 'The load ended too soon after the last heal.' };
  const last = after.findLastIndex((_, index) => {
    const window = after.slice(index, index + DRAINED.seconds);
    const asked = window.reduce((sum, { s3 }) => sum + s3, 0);
    return (asked - Z * Math.sqrt(asked)) / window.length > DRAINED.times * usual;
  });
  if (last < 0) return { ms: 0 };
  return { ms: last >= after.length - DRAINED.seconds ? null : (last + DRAINED.seconds) * 1_000 };
}
