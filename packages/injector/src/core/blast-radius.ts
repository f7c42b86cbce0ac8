import { z } from 'zod';

/** What an S3 operation does to the data: `read` is GET, HEAD and LIST; `write` is PUT, POST, copy and multipart. */
export const operationClassSchema = z.enum(['read', 'write', 'delete']);
/** What an S3 operation does. */
export type OperationClass = z.infer<typeof operationClassSchema>;

const names = z.array(z.string().min(1)).min(1).optional();

/** Which clients a fault may strike. Every given field must match, and of each field one entry. */
const clientSchema = z
  .strictObject({
    addresses: names.describe('Source addresses, 127.0.0.1 for example.'),
    accessKeyIds: names.describe('Access key ids of the signature.'),
    userAgents: names.describe('Texts that the User-Agent contains, aws-cli for example.'),
    headers: z
      .record(z.string().min(1), z.string())
      .optional()
      .describe('Headers by name, with the value that each must have.'),
  })
  .describe('Only requests of these clients.');

const count = z.number().int().positive().optional();

/** How often a fault may strike, counted over what is in its blast radius and in its share. */
const limitSchema = z
  .strictObject({
    first: count.describe('Only the first N.'),
    every: count.describe('Only every Nth: the Nth, the 2Nth, and so on.'),
    perMinute: count.describe('At most N in any minute.'),
    per: z
      .enum(['window', 'key', 'invocation'])
      .default('window')
      .describe(
        'What is counted by itself: the whole window, each key, or the attempts of each invocation. Default: window.',
      ),
  })
  .describe('How often the fault may strike; all that is given must allow it.');
export type Limit = z.infer<typeof limitSchema>;

/**
 * Which exchanges a fault may strike. Every given field must match; a field left out matches everything, but the
 * region is never left out: what no scenario names is never touched.
 */
export const blastRadiusSchema = z.strictObject({
  /** AWS region names, `us-east-1` for example. */
  regions: z.array(z.string().min(1)).min(1),
  classes: z.array(operationClassSchema).min(1).optional(),
  /** Operation names as in the S3 API reference, `GetObject` for example. */
  operations: names,
  buckets: names,
  /** Key prefixes. */
  prefixes: z.array(z.string()).min(1).optional(),
  keys: names.describe('Only these keys; `*` stands for any text: `reports/*.csv`.'),
  clients: clientSchema.optional(),
  connections: z
    .enum(['new', 'established'])
    .optional()
    .describe('Only the first request of each connection, or only the later ones.'),
  limit: limitSchema.optional(),
});
/** Which exchanges a fault may strike. */
export type BlastRadius = z.infer<typeof blastRadiusSchema>;
