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
/** How long something takes. */
export type Distribution = z.infer<typeof distributionSchema>;

const share = z.number().min(0).max(1);
const bytes = z.number().int().min(0);
const errorCode = z.string().min(1).describe("A code of S3's error catalogue, `SlowDown` for example.");

const connectionFaults = [
  z
    .strictObject({ kind: z.literal('refuse') })
    .describe(
      "Nobody listens: the client's connect is answered by a reset (ECONNREFUSED). A listener cannot refuse some requests and accept others, so this fault takes a whole region at a share of 1.",
    ),
  z
    .strictObject({ kind: z.literal('black-hole') })
    .describe(
      'Packets vanish: new connections are never established (the SYN is dropped by a full accept queue; Linux, elsewhere they are accepted and stay silent), established ones get no answer. On Linux, connections that wait so are counted, where the app runs in Gameday’s own network namespace. Takes a whole region at a share of 1.',
    ),
  z
    .strictObject({ kind: z.literal('silent') })
    .describe(
      'The connection is accepted, the request is read, and no answer ever comes. What is still held when the window ends is reset.',
    ),
  z
    .strictObject({ kind: z.literal('half-head') })
    .describe(
      "Half of an answer's head comes, then nothing more. What is still held when the window ends is reset. The request has no effect.",
    ),
  z
    .strictObject({
      kind: z.literal('reset'),
      stage: z
        .enum(['head', 'in-head', 'body'])
        .default('head')
        .describe(
          "`head`: before a byte of the answer; `in-head`: after half of its head; `body`: after `afterBytes` of the answer's body.",
        ),
      afterBytes: bytes.default(0).describe('For the stage `body`.'),
    })
    .describe('The connection is reset (RST).'),
  z
    .strictObject({ kind: z.literal('close-after') })
    .describe(
      'The answer is as it should be, but the connection is closed after it (`Connection: close`): no keep-alive. Other faults may strike the same exchange.',
    ),
  z
    .strictObject({ kind: z.literal('dns-gone') })
    .describe(
      'The name no longer resolves: the proxy refuses to open new tunnels to it. Only where the injector owns the name, which is its proxy (CONNECT and SOCKS); connections that are open stay.',
    ),
  z
    .strictObject({
      kind: z.literal('tls-failure'),
      how: z
        .enum(['handshake', 'certificate'])
        .default('handshake')
        .describe(
          '`handshake`: the server answers with the alert handshake_failure; `certificate`: it shows a certificate for another name.',
        ),
    })
    .describe('New TLS connections fail. Only where the injector opens TLS: new tunnels through its proxy.'),
] as const;

const answerFaults = [
  z
    .strictObject({
      kind: z.literal('http-error'),
      code: errorCode,
      after: distributionSchema.optional().describe('How late the answer comes. Default: at once.'),
      applied: z
        .boolean()
        .default(false)
        .describe('The request takes effect first: the write happened, the client is told that it failed.'),
      retryAfterS: z.number().int().min(0).optional().describe('Sent as `Retry-After`, in seconds.'),
    })
    .describe("S3's own error answer: status line, headers and XML as S3 sends them; no body for HEAD."),
  z
    .strictObject({
      kind: z.literal('throttle'),
      readsPerSecond: z.number().positive().default(5_500),
      writesPerSecond: z.number().positive().default(3_500).describe('Writes and deletes.'),
      per: z
        .enum(['prefix', 'bucket', 'region'])
        .default('prefix')
        .describe(
          'What has a budget of its own; a prefix is a bucket with a key up to its last slash. Default: prefix, with the figures of the S3 user guide.',
        ),
    })
    .describe(
      'Token buckets of one second: what exceeds the budget is answered 503 SlowDown, everything else passes. Only what is answered counts as struck.',
    ),
  z
    .strictObject({
      kind: z.literal('redirect'),
      code: z.enum(['PermanentRedirect', 'TemporaryRedirect']).default('PermanentRedirect'),
      toRegion: z.string().min(1).describe('The region that the answer names.'),
    })
    .describe(
      'As S3 redirects: 301 without Location but with `x-amz-bucket-region`, or 307 with Location. The answer names an endpoint of AWS; nobody but the client decides whether to go there.',
    ),
  z
    .strictObject({
      kind: z.literal('error-in-success'),
      code: errorCode.default('InternalError'),
      body: z
        .enum(['error', 'trailing-newline', 'empty', 'html'])
        .default('error')
        .describe(
          '`error`: S3’s `<Error>` document; `trailing-newline`, `empty`, `html`: what an intermediary can make of it.',
        ),
      drips: z
        .number()
        .int()
        .min(0)
        .default(3)
        .describe('Spaces sent before the body, as S3 does to keep waiting clients.'),
      dripEveryMs: z.number().positive().default(100),
      applied: z.boolean().default(false).describe('The request takes effect first.'),
    })
    .describe(
      '200 OK, then an error in the body. Strikes CopyObject, UploadPartCopy and CompleteMultipartUpload unless operations are named.',
    ),
  z
    .strictObject({ kind: z.literal('latency'), delay: distributionSchema })
    .describe("The answer's head is held back, then everything goes on. Other faults may strike the same exchange."),
  z
    .strictObject({
      kind: z.literal('continue-stall'),
      hold: distributionSchema.optional().describe('For how long. Default: until the window ends.'),
    })
    .describe(
      '`100 Continue` is held back. Strikes only requests that ask for it (`Expect: 100-continue`). Other faults may strike the same exchange.',
    ),
] as const;

const ofBodies = 'Strikes GetObject unless operations or classes are named.';
const bodyFaults = [
  z
    .strictObject({ kind: z.literal('bandwidth'), bytesPerSecond: z.number().positive() })
    .describe(`The answer's body comes at so many bytes a second. ${ofBodies}`),
  z
    .strictObject({ kind: z.literal('upload-bandwidth'), bytesPerSecond: z.number().positive() })
    .describe(
      "The request's body goes on to S3 at so many bytes a second, and is taken from the client no faster. Strikes PutObject and UploadPart unless operations or classes are named. Other faults may strike the same exchange.",
    ),
  z
    .strictObject({
      kind: z.literal('drip'),
      bytes: z.number().int().positive().default(1),
      everyMs: z.number().positive().default(200),
    })
    .describe(`The answer's body comes a few bytes at a time, so that no socket timeout ever fires. ${ofBodies}`),
  z
    .strictObject({ kind: z.literal('stall'), afterBytes: bytes.default(0) })
    .describe(
      `The answer's body stops after so many bytes, its last byte at the latest; what still waits when the window ends is reset. ${ofBodies}`,
    ),
  z
    .strictObject({
      kind: z.literal('truncate'),
      afterBytes: bytes.default(0),
      length: z
        .enum(['right', 'wrong'])
        .default('right')
        .describe(
          '`right`: Content-Length tells the whole length, so the client can see that bytes are missing; `wrong`: it tells the truncated length, so only a checksum can.',
        ),
    })
    .describe(`The answer's body ends early, in an orderly way (FIN). ${ofBodies}`),
  z
    .strictObject({
      kind: z.literal('corrupt'),
      atByte: bytes.default(0).describe('Its lowest bit is flipped; in a shorter body the last byte’s.'),
      checksums: z
        .enum(['keep', 'drop'])
        .default('keep')
        .describe('`drop` takes the x-amz-checksum headers away, so that nothing tells the client.'),
    })
    .describe(`One bit of the answer's body is wrong. ${ofBodies}`),
] as const;

const semanticFaults = [
  z
    .strictObject({
      kind: z.literal('stale-read'),
      withinMs: z.number().positive().describe('For how long after its write a key is stale.'),
    })
    .describe(
      'Reads of a key that was written a moment ago do not see the write: an older answer where one was seen through the injector while the timeline ran, else 404 NoSuchKey. A read that names an older version gets that version; one that names the version just written gets 404 NoSuchVersion. Strikes GetObject and HeadObject of such keys alone.',
    ),
  z
    .strictObject({
      kind: z.literal('list-lag'),
      withinMs: z.number().positive().describe('For how long after its write a key is missing.'),
    })
    .describe(
      'Listings do not show keys that were written a moment ago. Strikes ListObjects, ListObjectsV2 and ListObjectVersions of buckets that have such keys.',
    ),
  z
    .strictObject({ kind: z.literal('lost-delete') })
    .describe('DeleteObject and DeleteObjects are answered with success and have no effect.'),
  z
    .strictObject({
      kind: z.literal('blackout'),
      silent: share.default(0.9),
      reset: share.default(0.05),
      unavailable: share.default(0.05),
      after: distributionSchema
        .default({ shape: 'uniform', fromMs: 2_000, toMs: 8_000 })
        .describe('How late the 503s come.'),
    })
    .describe(
      'The region as it was on 28 February 2017: of the exchanges it strikes, each is lost in silence, cut, or answered 503 late, by the given weights; exchanges in flight when it begins are cut too.',
    ),
] as const;

/** One way in which S3 fails, as data. Each kind is acted out by the toxic of the same name in `toxics/`. */
export const faultSchema = z.discriminatedUnion('kind', [
  ...connectionFaults,
  ...answerFaults,
  ...bodyFaults,
  ...semanticFaults,
]);
/** One way in which S3 fails, as data. */
export type Fault = z.infer<typeof faultSchema>;
/** The name of a fault: `silent`. */
export type FaultKind = Fault['kind'];

/** Every kind. */
export const faultKinds: readonly FaultKind[] = faultSchema.options.map(({ shape }) => shape.kind.value);
