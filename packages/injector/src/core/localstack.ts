import { z } from 'zod';
import { s3Error } from './s3-error.ts';
import { operationNames } from './s3-operation.ts';
import type { Fault } from './fault.ts';
import type { FaultWindow, Timeline } from './timeline.ts';

const ruleSchema = z.object({
  service: z.string().optional(),
  region: z.string().optional(),
  operation: z.string().optional(),
  probability: z.number().min(0).max(1).default(1),
  error: z.object({ statusCode: z.number().optional(), code: z.string().optional() }).optional(),
});

/** Rules of LocalStack's Chaos API (`/_localstack/chaos/faults`), with its network effects if there are any. */
export const localStackSchema = z.object({
  faults: z.array(ruleSchema).default([]),
  effects: z.object({ latency: z.number().min(0).optional() }).default({}),
});
export type LocalStackChaos = z.infer<typeof localStackSchema>;

/** The nearest error of S3: by its code, else by its status; LocalStack's own default is 503 ServiceUnavailable. */
function errorFault(
  error: { readonly statusCode?: number | undefined; readonly code?: string | undefined } = {},
): Fault {
  const byStatus: Readonly<Record<number, string>> = { 403: 'AccessDenied', 404: 'NoSuchKey', 500: 'InternalError' };
  const known = error.code !== undefined && s3Error(error.code) !== undefined ? error.code : undefined;
  const code = known ?? byStatus[error.statusCode ?? 503] ?? 'ServiceUnavailable';
  return { kind: 'http-error', code, applied: false };
}

/**
 * LocalStack's rules as a timeline that is in force for `durationMs`. Rules for other services than S3 have nothing to
 * strike here and are left out, as are operations that S3 does not have. A latency delays what no rule strikes, too.
 * @param regions those that a rule without a region means
 */
export function timelineFromLocalStack(
  chaos: LocalStackChaos,
  regions: readonly string[],
  durationMs: number,
): Timeline {
  const common = { startMs: 0, endMs: durationMs, inFlight: 'spare' } as const;
  const { latency } = chaos.effects;
  const slow: FaultWindow[] =
    latency === undefined || latency === 0
      ? []
      : [
          {
            ...common,
            id: 'effects/latency',
            where: { regions: [...regions] },
            share: { from: 1, to: 1 },
            fault: { kind: 'latency', delay: { shape: 'constant', ms: latency } },
          },
        ];
  const rules = chaos.faults.flatMap((rule, index): FaultWindow[] => {
    const { service = 's3', operation, region, probability } = rule;
    const strange = operation !== undefined && !operationNames.includes(operation);
    if (service !== 's3' || strange || (region !== undefined && !regions.includes(region))) return [];
    const where = { regions: region === undefined ? [...regions] : [region] };
    return [
      {
        ...common,
        id: `faults/${index + 1}`,
        where: operation === undefined ? where : { ...where, operations: [operation] },
        share: { from: probability, to: probability },
        fault: errorFault(rule.error),
      },
    ];
  });
  return { windows: [...slow, ...rules] };
}
