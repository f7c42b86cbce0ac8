import type { LedgerRole, MembersAudit, Plan } from '../plan.ts';

const WRITES: ReadonlySet<LedgerRole> = new Set(['writes', 'overwrites', 'adds', 'appends']);
/** Steps that also say how their places are read back after recovery. */
export const READS_PLACES: ReadonlySet<LedgerRole> = new Set(['reads-register', 'reads-counter', 'reads-log']);

/** Whether the workload writes anything that can be found or missed afterwards. */
export const writesLedger = ({ workload }: Plan): boolean => workload.steps.some(({ ledger }) => WRITES.has(ledger));

/** How each collection is read back, first that without a name: null. */
export const membersAudits = ({
  workload: { audit },
}: Pick<Plan, 'workload'>): readonly (MembersAudit & { readonly collection: string | null })[] => [
  { ...audit, collection: null },
  ...(audit.collections ?? []),
];

/** Where the ledger is read back after recovery, for the reader; empty where nothing says how. */
export function auditWays(plan: Plan): readonly string[] {
  const { audit, steps } = plan.workload;
  const members = membersAudits(plan);
  const throughApp =
    members.some(({ app, list }) => app !== null || (list ?? null) !== null) ||
    steps.some((one) => READS_PLACES.has(one.ledger));
  return [
    ...(throughApp ? ['through the app'] : []),
    ...(members.every(({ s3 }) => s3.length === 0) ? [] : ['straight from S3']),
    ...((audit.command ?? null) === null ? [] : ['by a command']),
  ];
}
