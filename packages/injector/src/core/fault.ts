import { z } from 'zod';

/**
 * How long something takes, drawn once per exchange from the run's seed.
 * All figures are milliseconds of wall time: a distribution is never compressed with the incident's clock,
 * because the timeouts of the app under test are not compressed either.
 */
export const distributionSchema = z.discriminatedUnion('shape', [
  z.strictObject({ shape: z.literal('constant'), ms: z.number().min(0) }),
  z.strictObject({ shape: z.literal('uniform'), fromMs: z.number().min(0), toMs: z.number().min(0) }),
  z.strictObject({ shape: z.literal('lognormal'), p50Ms: z.number().positive(), p99Ms: z.number().positive() }),
]);
export type Distribution = z.infer<typeof distributionSchema>;

const share = z.number().min(0).max(1);

/**
 * One way in which S3 fails, as data. Each kind is acted out by the toxic of the same name in `toxics/`.
 *
 * - `refuse`: nobody listens; the client's connect is answered by a reset (ECONNREFUSED). A listener cannot refuse
 *   some requests and accept others, so this fault takes a whole region at a share of 1.
 * - `silent`: the connection is accepted, the request is read, and no answer ever comes. What is still held when the
 *   window ends is reset.
 * - `reset`: the connection is reset (RST), before a byte of the answer or in the middle of its body.
 * - `http-error`: S3's own error answer: status line, headers and XML as S3 sends them. `applied` lets the request
 *   take effect upstream first: the write happened, the client is told that it failed.
 * - `latency`: the answer's head is held back, then everything goes on. Other faults may strike the same exchange.
 * - `blackout`: the region as it was on 28 February 2017: of the exchanges it strikes, each is lost in silence, cut, or
 *   answered 503 late, by the given weights; exchanges in flight when it begins are cut too.
 */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('refuse') }),
  z.strictObject({ kind: z.literal('silent') }),
  z.strictObject({
    kind: z.literal('reset'),
    /** `head`: before a byte of the answer. `body`: after `afterBytes` of the answer's body. */
    stage: z.enum(['head', 'body']).default('head'),
    afterBytes: z.number().int().min(0).default(0),
  }),
  z.strictObject({
    kind: z.literal('http-error'),
    /** A code of S3's error catalogue, `SlowDown` for example; see `core/s3-error.ts`. */
    code: z.string().min(1),
    after: distributionSchema.optional(),
    applied: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('latency'), delay: distributionSchema }),
  z.strictObject({
    kind: z.literal('blackout'),
    silent: share.default(0.9),
    reset: share.default(0.05),
    unavailable: share.default(0.05),
    /** How late the 503s come. */
    after: distributionSchema.default({ shape: 'uniform', fromMs: 2_000, toMs: 8_000 }),
  }),
]);
export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault['kind'];
