import { z } from 'zod';

/** What an S3 operation does to the data: `read` is GET, HEAD and LIST; `write` is PUT, POST, copy and multipart. */
export const operationClassSchema = z.enum(['read', 'write', 'delete']);
export type OperationClass = z.infer<typeof operationClassSchema>;

/**
 * Which exchanges a fault may strike. Every given field must match; a field left out matches everything, but the
 * region is never left out: what no scenario names is never touched.
 */
export const blastRadiusSchema = z.strictObject({
  /** AWS region names, `us-east-1` for example. */
  regions: z.array(z.string().min(1)).min(1),
  classes: z.array(operationClassSchema).min(1).optional(),
  /** Operation names as in the S3 API reference, `GetObject` for example. */
  operations: z.array(z.string().min(1)).min(1).optional(),
  buckets: z.array(z.string().min(1)).min(1).optional(),
  /** Key prefixes. */
  prefixes: z.array(z.string()).min(1).optional(),
});
export type BlastRadius = z.infer<typeof blastRadiusSchema>;
