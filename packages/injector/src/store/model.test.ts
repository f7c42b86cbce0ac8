import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { test } from 'tap';
import { clientOf, startTestStore } from '../../test/store-kit.ts';

/** What the store must be indistinguishable from: a map, listed in the order of UTF-8 bytes. */
type Model = Map<string, string>;

const byUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

// Few names over few letters, so that prefixes, delimiters and overwrites meet often.
const key = fc
  .array(fc.constantFrom('a', 'b', '/', '-', ' ', 'é', '\uFFFD', '🐟'), { minLength: 1, maxLength: 5 })
  .map((letters) => letters.join(''))
  .filter((name) => !name.startsWith('/') && !name.includes('//'));

type Step = (client: S3Client, Bucket: string, model: Model) => Promise<void>;

const equal = (actual: unknown, expected: unknown, what: string): void => {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`${what}: got ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
  }
};

const put =
  (Key: string, Body: string): Step =>
  async (client, Bucket, model) => {
    await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    model.set(Key, Body);
  };

const get =
  (Key: string): Step =>
  async (client, Bucket, model) => {
    let body: string | undefined;
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      body = await Body?.transformToString();
    } catch (error) {
      if (!(error instanceof NoSuchKey)) throw error;
    }
    equal(body, model.get(Key), `GET ${Key}`);
  };

const remove =
  (Key: string): Step =>
  async (client, Bucket, model) => {
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    model.delete(Key);
  };

const removeMany =
  (keys: readonly string[]): Step =>
  async (client, Bucket, model) => {
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
    for (const name of keys) model.delete(name);
  };

interface Listing {
  readonly prefix: string;
  readonly delimiter: string;
  readonly startAfter: string;
  readonly maxKeys: number;
}

function listModel(model: Model, { prefix, delimiter, startAfter }: Listing): readonly string[] {
  const seen = new Set<string>();
  for (const name of [...model.keys()].toSorted(byUtf8)) {
    if (!name.startsWith(prefix) || byUtf8(name, startAfter) <= 0) continue;
    const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    const shown = at === -1 ? name : `${name.slice(0, at + delimiter.length)} (prefix)`;
    // A common prefix that is where the listing is to start after is past.
    if (at !== -1 && name.slice(0, at + delimiter.length) === startAfter) continue;
    seen.add(shown);
  }
  return [...seen];
}

/** Walks all pages, and holds each to the order and the size that were asked for. */
const list =
  (listing: Listing): Step =>
  async (client, Bucket, model) => {
    const { prefix: Prefix, delimiter: Delimiter, startAfter: StartAfter, maxKeys: MaxKeys } = listing;
    const seen: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix, Delimiter, StartAfter, MaxKeys, ContinuationToken }),
      );
      const keys = (page.Contents ?? []).map((object) => object.Key ?? '');
      const prefixes = (page.CommonPrefixes ?? []).map((common) => `${common.Prefix ?? ''} (prefix)`);
      equal(keys.length + prefixes.length <= MaxKeys, true, 'size of a page');
      if (page.IsTruncated === true)
        equal(keys.length + prefixes.length, MaxKeys, 'a page that is not the last is full');
      seen.push(...[...keys, ...prefixes].toSorted(byUtf8));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    equal(seen.toSorted(byUtf8), listModel(model, listing).toSorted(byUtf8), `LIST ${JSON.stringify(listing)}`);
    equal(new Set(seen).size, seen.length, 'nothing is listed twice');
  };

const step: fc.Arbitrary<{ readonly name: string; readonly run: Step }> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(key, fc.string({ minLength: 1 })).map(([k, body]) => ({ name: `put ${k}`, run: put(k, body) })),
  },
  { weight: 2, arbitrary: key.map((k) => ({ name: `get ${k}`, run: get(k) })) },
  { weight: 1, arbitrary: key.map((k) => ({ name: `delete ${k}`, run: remove(k) })) },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(key, { minLength: 1, maxLength: 4 })
      .map((keys) => ({ name: `delete ${keys.join()}`, run: removeMany(keys) })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        prefix: fc.oneof(fc.constant(''), key),
        delimiter: fc.constantFrom('', '/', '-', 'b'),
        startAfter: fc.oneof(fc.constant(''), key),
        maxKeys: fc.integer({ min: 1, max: 4 }),
      })
      .map((listing) => ({ name: `list ${JSON.stringify(listing)}`, run: list(listing) })),
  },
);

test('put, get, delete and list behave as a sorted map does', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      run += 1;
      const Bucket = `model-${run}`;
      await client.send(new CreateBucketCommand({ Bucket }));
      const model: Model = new Map();
      for (const { run: perform } of steps) await perform(client, Bucket, model);
    }),
    { numRuns: 60, seed: 20_170_228 },
  );
  t.ok(run >= 60);
});
