import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { test } from 'tap';
import { clientOf, codeOf, startTestStore } from '../../test/store-kit.ts';

const PART_MIN_BYTES = 5 * 1024 * 1024;
const SOURCE = Buffer.alloc(PART_MIN_BYTES + 64, 'source');

/** What an uploader knows of its own upload; nobody else touches it, though all write to few keys. */
interface Uploader {
  readonly Key: string;
  readonly UploadId: string;
  readonly parts: Map<number, Buffer>;
}

type Step =
  | { readonly kind: 'part'; readonly part: number; readonly fill: number; readonly isLarge: boolean }
  | { readonly kind: 'copy'; readonly part: number; readonly from: number; readonly isLarge: boolean }
  | { readonly kind: 'list' };
type End = 'complete' | 'complete twice' | 'abort' | 'leave';
type Check = (isTrue: boolean, what: string) => void;

const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest();
const etagOf = (bytes: Buffer): string => `"${md5(bytes).toString('hex')}"`;
const etagOfAll = (parts: readonly Buffer[]): string =>
  `"${md5(Buffer.concat(parts.map(md5))).toString('hex')}-${parts.length}"`;
const inOrder = ({ parts }: Uploader) => [...parts].toSorted(([a], [b]) => a - b);

async function take(client: S3Client, Bucket: string, uploader: Uploader, step: Step, check: Check): Promise<void> {
  const { Key, UploadId, parts } = uploader;
  if (step.kind === 'list') {
    const { Parts = [] } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    const listed = Parts.map(({ PartNumber, Size, ETag }) => `${PartNumber} ${Size} ${ETag}`);
    const expected = inOrder(uploader).map(([number, body]) => `${number} ${body.length} ${etagOf(body)}`);
    check(listed.join() === expected.join(), `parts of ${Key}: ${listed.join()}, expected ${expected.join()}`);
    return;
  }
  const size = step.isLarge ? PART_MIN_BYTES : 32;
  const target = { Bucket, Key, UploadId, PartNumber: step.part };
  if (step.kind === 'part') {
    const body = Buffer.alloc(size, step.fill);
    const { ETag } = await client.send(new UploadPartCommand({ ...target, Body: body }));
    check(ETag === etagOf(body), `ETag of part ${step.part}`);
    parts.set(step.part, body);
    return;
  }
  const CopySourceRange = `bytes=${step.from}-${step.from + size - 1}`;
  const body = SOURCE.subarray(step.from, step.from + size);
  const { CopyPartResult } = await client.send(
    new UploadPartCopyCommand({ ...target, CopySource: `${Bucket}/source`, CopySourceRange }),
  );
  check(CopyPartResult?.ETag === etagOf(body), `ETag of copied part ${step.part}`);
  parts.set(step.part, body);
}

/** Ends an upload; the whole that it made, or null. */
async function end(
  client: S3Client,
  Bucket: string,
  uploader: Uploader,
  how: End,
  check: Check,
): Promise<readonly Buffer[] | null> {
  const { Key, UploadId } = uploader;
  if (how === 'leave') return null;
  if (how === 'abort') {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    const late = codeOf(client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x' })));
    check((await late) === 'NoSuchUpload 404', 'a part after the abort');
    return null;
  }
  const sent = inOrder(uploader);
  const bodies = sent.map(([, body]) => body);
  const MultipartUpload = { Parts: sent.map(([PartNumber, body]) => ({ PartNumber, ETag: etagOf(body) })) };
  const complete = () => client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  if (bodies.length === 0 || bodies.slice(0, -1).some((body) => body.length < PART_MIN_BYTES)) {
    const expected = bodies.length === 0 ? 'MalformedXML 400' : 'EntityTooSmall 400';
    const actual = await codeOf(complete());
    check(actual === expected, `a completion that must be refused: ${actual}, expected ${expected}`);
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    return null;
  }
  const { ETag } = await complete();
  check(ETag === etagOfAll(bodies), 'ETag of the whole');
  return bodies;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('part' as const),
    part: fc.integer({ min: 1, max: 3 }),
    fill: fc.integer({ min: 0, max: 255 }),
    isLarge: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('copy' as const),
    part: fc.integer({ min: 1, max: 3 }),
    from: fc.integer({ min: 0, max: 32 }),
    isLarge: fc.boolean(),
  }),
  fc.constant({ kind: 'list' as const }),
);
const uploader = fc.record({
  key: fc.constantFrom('a', 'b'),
  steps: fc.array(step, { minLength: 1, maxLength: 5 }),
  how: fc.constantFrom<End>('complete', 'complete', 'complete twice', 'abort', 'leave'),
});

test('multipart: uploaders at the same time do not disturb each other', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  const check: Check = (isTrue, what) => {
    if (!isTrue) throw new Error(what);
  };
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(uploader, { minLength: 2, maxLength: 4 }), async (uploaders) => {
      run += 1;
      const Bucket = `multipart-${run}`;
      await client.send(new CreateBucketCommand({ Bucket }));
      await client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: SOURCE }));
      const outcomes = await Promise.all(
        uploaders.map(async ({ key: Key, steps, how }) => {
          const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
          const mine: Uploader = { Key, UploadId, parts: new Map() };
          for (const one of steps) await take(client, Bucket, mine, one, check);
          const whole = await end(client, Bucket, mine, how, check);
          // A completion whose answer was lost is asked for again.
          if (whole !== null && how === 'complete twice') {
            const MultipartUpload = {
              Parts: inOrder(mine).map(([PartNumber, b]) => ({ PartNumber, ETag: etagOf(b) })),
            };
            const again = { Bucket, Key, UploadId, MultipartUpload };
            const code = await codeOf(client.send(new CompleteMultipartUploadCommand(again)));
            // Another uploader may have written the key since.
            check(code === 'success' || code === 'NoSuchUpload 404', `a repeated completion: ${code}`);
          }
          return { Key, UploadId, whole, isLeft: how === 'leave' };
        }),
      );
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
      const open = Uploads.map(({ UploadId = '' }) => UploadId).toSorted();
      const left = outcomes.filter(({ isLeft }) => isLeft).map(({ UploadId }) => UploadId);
      check(open.join() === left.toSorted().join(), 'the uploads that are still open');
      for (const Key of ['a', 'b']) {
        const wholes = outcomes.flatMap((one) => (one.Key === Key && one.whole !== null ? [one.whole] : []));
        if (wholes.length === 0) {
          check((await codeOf(client.send(new GetObjectCommand({ Bucket, Key })))) === 'NoSuchKey 404', `no ${Key}`);
          continue;
        }
        const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket, Key }));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        const winner = wholes.find((whole) => etagOfAll(whole) === ETag);
        check(
          winner !== undefined && bytes.equals(Buffer.concat(winner)),
          `${Key} is whole, and one of those completed`,
        );
      }
    }),
    { numRuns: 25, seed: 20_170_228 },
  );
  t.ok(run >= 25);
});
