import { z } from 'zod';
import { armingSchema } from '../core/arming.ts';

/** A certificate authority with its key: it goes from parent to child and back, and nowhere else. */
const authoritySchema = z.strictObject({ key: z.string(), cert: z.string() });

/** What the supervisor tells its child first. Ports are 0 the first time, and the ones it had after a crash. */
export const childStartSchema = z.strictObject({
  regions: z
    .array(
      z.strictObject({
        region: z.string(),
        upstream: z.string().nullable(),
        port: z.number(),
        arm: armingSchema.nullable(),
      }),
    )
    .min(1),
  seed: z.string(),
  proxyPort: z.number().nullable(),
  /** What it had before a crash, so that clients go on trusting it. */
  authority: authoritySchema.nullable(),
  controlPort: z.number(),
  token: z.string(),
  leaseMs: z.number().positive(),
  /** Where the embedded store keeps its data, for as long as the supervisor lives. */
  dataFolder: z.string(),
  credentials: z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string() }),
});
export type ChildStart = z.infer<typeof childStartSchema>;

/** What the child says when it is ready, or why it is not. */
export const childReadySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ready'),
    endpoints: z.record(z.string(), z.string()),
    proxy: z.strictObject({ url: z.string(), caCertificate: z.string() }).nullable(),
    authority: authoritySchema.nullable(),
    control: z.string(),
  }),
  z.strictObject({ kind: z.literal('failed'), message: z.string() }),
]);
export type ChildReady = Extract<z.infer<typeof childReadySchema>, { readonly kind: 'ready' }>;
