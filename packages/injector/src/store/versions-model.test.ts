import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { test } from 'tap';
import { clientOf, codeOf, startTestStore } from '../../test/store-kit.ts';

/** What the store must be indistinguishable from: per key its versions, the newest first; a null body is a delete marker. */
type Model = Map<string, { readonly id: string; readonly body: string | null }[]>;
type State = 'Enabled' | 'Suspended';

type Step =
  | { readonly kind: 'put' | 'delete' | 'get'; readonly key: string }
  | { readonly kind: 'remove' | 'get version'; readonly key: string; readonly nth: number }
  | { readonly kind: 'list'; readonly prefix: string; readonly maxKeys: number }
  | { readonly kind: 'versioning'; readonly state: State };

const byUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function equal(actual: unknown, expected: unknown, what: string): void {
  if (JSON.stringify(actual) === JSON.stringify(expected)) return;
  throw new Error(`${what}: got ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
}

async function bodyOf(client: S3Client, Bucket: string, Key: string, VersionId?: string): Promise<string | null> {
  const asked = client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  const code = await codeOf(asked);
  if (code === 'NoSuchKey 404' || code === 'MethodNotAllowed 405' || code === 'NoSuchVersion 404') return null;
  return (await (await asked).Body?.transformToString()) ?? null;
}

interface Walk {
  readonly client: S3Client;
  readonly Bucket: string;
  readonly model: Model;
  state: State;
  writes: number;
}

const versionsOf = ({ model }: Walk, key: string) => model.get(key) ?? [];

/** A new version on top; where versioning is suspended it takes the place of the null one. */
function push(walk: Walk, key: string, id: string | undefined, body: string | null): void {
  const own = versionsOf(walk, key);
  const kept = walk.state === 'Enabled' ? own : own.filter((version) => version.id !== 'null');
  equal(id === undefined || id === 'null', walk.state === 'Suspended', `version id of ${key}: ${id}`);
  walk.model.set(key, [{ id: id ?? 'null', body }, ...kept]);
}

async function list({ client, Bucket, model }: Walk, Prefix: string, MaxKeys: number): Promise<void> {
  const seen: string[] = [];
  let marker: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix, MaxKeys, ...marker }));
    const rows = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    equal(rows.length <= MaxKeys, true, 'size of a page');
    seen.push(...rows.map(({ Key, VersionId, IsLatest }) => `${Key} ${VersionId} ${IsLatest}`));
    if (page.IsTruncated !== true) break;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  const keys = [...model.keys()].filter((key) => key.startsWith(Prefix)).toSorted(byUtf8);
  const expected = keys.flatMap((key) => (model.get(key) ?? []).map(({ id }, index) => `${key} ${id} ${index === 0}`));
  equal(seen.toSorted(), expected.toSorted(), `versions under "${Prefix}", ${MaxKeys} a page`);
  const current = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  const present = keys.filter((key) => (model.get(key)?.[0]?.body ?? null) !== null);
  equal(
    (current.Contents ?? []).map(({ Key }) => Key),
    present,
    `objects under "${Prefix}"`,
  );
}

async function take(walk: Walk, step: Step): Promise<void> {
  const { client, Bucket, model } = walk;
  switch (step.kind) {
    case 'put': {
      walk.writes += 1;
      const Body = `body ${walk.writes}`;
      const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key: step.key, Body }));
      push(walk, step.key, VersionId, Body);
      return;
    }
    case 'delete': {
      const deleted = await client.send(new DeleteObjectCommand({ Bucket, Key: step.key }));
      equal(deleted.DeleteMarker, true, 'a delete leaves a marker');
      push(walk, step.key, deleted.VersionId, null);
      return;
    }
    case 'get':
      equal(await bodyOf(client, Bucket, step.key), versionsOf(walk, step.key)[0]?.body ?? null, `GET ${step.key}`);
      return;
    case 'remove': {
      const version = versionsOf(walk, step.key)[step.nth];
      if (version === undefined) return;
      await client.send(new DeleteObjectCommand({ Bucket, Key: step.key, VersionId: version.id }));
      const left = versionsOf(walk, step.key).filter((one) => one !== version);
      if (left.length === 0) model.delete(step.key);
      else model.set(step.key, left);
      return;
    }
    case 'get version': {
      const version = versionsOf(walk, step.key)[step.nth];
      if (version !== undefined)
        equal(await bodyOf(client, Bucket, step.key, version.id), version.body, 'GET a version');
      return;
    }
    case 'list':
      await list(walk, step.prefix, step.maxKeys);
      return;
    case 'versioning':
      await setVersioning(client, Bucket, step.state);
      walk.state = step.state;
  }
}

const setVersioning = (client: S3Client, Bucket: string, Status: State): Promise<unknown> =>
  client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));

const key = fc.constantFrom('a', 'a/1', 'b', 'é');
const nth = fc.integer({ min: 0, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), key }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'get' as const), key }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'get version' as const), key, nth }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      prefix: fc.constantFrom('', 'a'),
      maxKeys: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('versioning' as const),
      state: fc.constantFrom<State>('Enabled', 'Suspended'),
    }),
  },
);

test('versions, markers and their listings behave as a list per key does', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      run += 1;
      const Bucket = `versions-${run}`;
      await client.send(new CreateBucketCommand({ Bucket }));
      await setVersioning(client, Bucket, 'Enabled');
      const walk: Walk = { client, Bucket, model: new Map(), state: 'Enabled', writes: 0 };
      for (const one of steps) await take(walk, one);
      await list(walk, '', 2);
    }),
    { numRuns: 40, seed: 20_170_228 },
  );
  t.ok(run >= 40);
});

test('listings hold while others write: what stands is listed once, in order, and what never was is not', async (t) => {
  const store = await startTestStore();
  t.teardown(() => store.stop());
  const client = clientOf(store);
  let run = 0;
  const moves = fc.array(fc.record({ key: fc.integer({ min: 0, max: 9 }), isPut: fc.boolean() }), {
    minLength: 10,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(moves, { minLength: 3, maxLength: 3 }), fc.boolean(), async (writers, isVersioned) => {
      run += 1;
      const Bucket = `moving-${run}`;
      await client.send(new CreateBucketCommand({ Bucket }));
      if (isVersioned) await setVersioning(client, Bucket, 'Enabled');
      const standing = Array.from({ length: 10 }, (_, index) => `${index}-stands`);
      await Promise.all(standing.map((Key) => client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))));
      const writing = { busy: true };
      const walkPages = async (): Promise<void> => {
        const seen: string[] = [];
        let ContinuationToken: string | undefined;
        do {
          const page = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 3, ContinuationToken }));
          seen.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
          ContinuationToken = page.NextContinuationToken;
        } while (ContinuationToken !== undefined);
        equal(seen, [...new Set(seen)].toSorted(byUtf8), 'once, and in order');
        equal(
          seen.filter((name) => name.endsWith('stands')),
          standing,
          'all that stands',
        );
        equal(
          seen.filter((name) => !/^\d-(stands|moves-[012])$/.test(name)),
          [],
          'nothing that never was',
        );
      };
      const lister = async (): Promise<void> => {
        do await walkPages();
        while (writing.busy);
      };
      const last = new Map<string, boolean>();
      const write = async (steps: (typeof writers)[number], writer: number): Promise<void> => {
        for (const { key: number, isPut } of steps) {
          const Key = `${number}-moves-${writer}`;
          await client.send(
            isPut ? new PutObjectCommand({ Bucket, Key, Body: 'y' }) : new DeleteObjectCommand({ Bucket, Key }),
          );
          last.set(Key, isPut);
        }
      };
      const written = Promise.all(writers.map(write)).finally(() => (writing.busy = false));
      await Promise.all([written, lister()]);
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
      const left = [...last].filter(([, isThere]) => isThere).map(([name]) => name);
      equal(
        Contents.map(({ Key }) => Key),
        [...standing, ...left].toSorted(byUtf8),
        'what is left',
      );
    }),
    { numRuns: 12, seed: 20_170_228 },
  );
  t.ok(run >= 12);
});
