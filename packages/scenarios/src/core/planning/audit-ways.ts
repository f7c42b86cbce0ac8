import type { LedgerRole, Plan } from '../plan.ts';

const WRITES: ReadonlySet<LedgerRole> = new Set(['writes', 'overwrites', 'adds', 'appends']);
/** Steps that also say how their places are read back after recovery. */
export const READS_PLACES: ReadonlySet<LedgerRole> = new Set(['reads-register', 'reads-counter', 'reads-log']);

/** Whether the workload writes anything that can be found or missed afterwards. */
export const writesLedger = ({ workload }: Plan): boolean => workload.steps.some(({ ledger }) => WRITES.has(ledger));

/** Where the ledger is read back after recovery, for the reader; empty where nothing says how. */
export function auditWays({ workload: { audit, steps } }: Plan): readonly string[] {
  const throughApp =
    audit.app !== null || (audit.list ?? null) !== null || steps.some((one) => READS_PLACES.has(one.ledger));
  return [
    ...(throughApp ? ['through the app'] : []),
    ...(audit.s3.length === 0 ? [] : ['straight from S3']),
    ...((audit.command ?? null) === null ? [] : ['by a command']),
  ];
}
