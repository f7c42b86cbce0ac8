import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { test, type Test } from 'tap';
import { clientOf, codeOf, owner, startTestStore } from '../../../test/store-kit.ts';

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'gameday-data-'));
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

async function bytesOf(client: S3Client, Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

test('a store on disk is the same after a restart', async (t) => {
  const dataFolder = await newFolder();
  t.teardown(() => rm(dataFolder, { recursive: true }));
  const first = await startTestStore({ dataFolder });
  let client = clientOf(first);
  const Bucket = 'kept';
  await client.send(new CreateBucketCommand({ Bucket }));
  const big = randomBytes(400_000);
  await client.send(new PutObjectCommand({ Bucket, Key: 'big', Body: big, Metadata: { a: 'b' }, Tagging: 't=1' }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'small', Body: 'one' }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'small', Body: 'two' }));
  await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/big` }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'gone', Body: 'x' }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
  await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }));
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'small', Body: 'three' }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'small' }));
  const target = { Bucket, Key: 'parts' };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const part = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: big }));
  const versions = await client.send(new ListObjectVersionsCommand({ Bucket }));
  await t.rejects(startTestStoreElsewhere(dataFolder), /in use by process \d+/, 'one process at a time');
  await first.stop();
  // Older logs do not say who began an upload.
  const log = join(dataFolder, 'log.ndjson');
  const lines = await readFile(log, 'utf8');
  t.match(lines, /"initiator":"OWNER",/);
  await writeFile(log, lines.replace('"initiator":"OWNER",', ''));

  const second = await startTestStore({ dataFolder });
  t.teardown(() => second.stop());
  client = clientOf(second);
  const again = await client.send(new ListObjectVersionsCommand({ Bucket }));
  t.same(again.Versions, versions.Versions);
  t.same(again.DeleteMarkers, versions.DeleteMarkers);
  t.ok((await bytesOf(client, Bucket, 'big')).equals(big));
  t.match(await client.send(new HeadObjectCommand({ Bucket, Key: 'big' })), { Metadata: { a: 'b' }, TagCount: 1 });
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'big', VersionId: 'null' }));
  t.ok((await bytesOf(client, Bucket, 'copy')).equals(big), 'the copy still owns the bytes that it shared');
  const parts = await client.send(new ListPartsCommand({ ...target, UploadId }));
  t.match(parts, { Parts: [{ ETag: `"${md5(big)}"` }], Initiator: { DisplayName: 'OWNER' } });
  const Parts = [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }];
  await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
  t.ok((await bytesOf(client, Bucket, 'parts')).equals(big));
});

/** Another process holds the folder as far as the lock can tell. */
async function startTestStoreElsewhere(dataFolder: string): Promise<void> {
  const lock = join(dataFolder, 'lock');
  const before = await readFile(lock, 'utf8');
  await writeFile(lock, String(process.ppid));
  try {
    await (await startTestStore({ dataFolder })).stop();
  } finally {
    await writeFile(lock, before);
  }
}

test('a log: torn ends are cut, damage is told, history is dropped', async (t) => {
  const dataFolder = await newFolder();
  t.teardown(() => rm(dataFolder, { recursive: true }));
  const log = join(dataFolder, 'log.ndjson');
  const Bucket = 'history';
  const first = await startTestStore({ dataFolder });
  const writer = clientOf(first);
  await writer.send(new CreateBucketCommand({ Bucket }));
  for (let index = 0; index < 1100; index += 1) {
    await writer.send(new PutObjectCommand({ Bucket, Key: 'same', Body: String(index) }));
  }
  await first.stop();
  const before = (await stat(log)).size;
  await appendFile(log, '{"type":"version.put","bucket":"history","vers');
  const second = await startTestStore({ dataFolder });
  t.equal((await bytesOf(clientOf(second), Bucket, 'same')).toString(), '1099');
  await clientOf(second).send(new PutObjectCommand({ Bucket, Key: 'same', Body: 'after the tear' }));
  await second.stop();
  t.ok((await stat(log)).size * 100 < before, 'the log holds what is, not what was');
  t.equal((await readdir(join(dataFolder, 'blobs'))).length, 1, 'and so do the blobs');
  const third = await startTestStore({ dataFolder });
  t.equal((await bytesOf(clientOf(third), Bucket, 'same')).toString(), 'after the tear');
  await third.stop();
  await writeFile(log, 'not a log\n{}\n');
  await t.rejects(startTestStore({ dataFolder }), /log\.ndjson:1: the log is damaged/);
});

function spawnStore(t: Test, dataFolder: string): Promise<{ readonly child: ChildProcess; readonly client: S3Client }> {
  const script = join(import.meta.dirname, '../../../test/store-child.js');
  const child = spawn(process.execPath, [script, dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the store ended with ${code}`)));
    child.stdout.once('data', (line: Buffer) => {
      const client = new S3Client({
        region: 'us-east-1',
        endpoint: line.toString().trim(),
        credentials: owner,
        maxAttempts: 1,
      });
      resolve({ child, client });
    });
  });
}

test('kill -9 in the middle of writing loses nothing that was acknowledged, and shows no half object', async (t) => {
  const dataFolder = await newFolder();
  t.teardown(() => rm(dataFolder, { recursive: true }));
  const Bucket = 'killed';
  const acknowledged = new Map<string, string>();
  const attempted = new Map<string, Set<string>>();
  for (let round = 0; round < 3; round += 1) {
    const { child, client } = await spawnStore(t, dataFolder);
    if (round === 0) await client.send(new CreateBucketCommand({ Bucket }));
    let acks = 0;
    const write = async (writer: number): Promise<void> => {
      for (let index = 0; ; index += 1) {
        // Half of the keys are written over again and again, with bodies on both sides of every threshold.
        const Key = writer % 2 === 0 ? `same-${writer}` : `new-${round}-${writer}-${index}`;
        const Body = randomBytes(1000 + ((index * 70_001) % 900_000));
        const tried = attempted.get(Key) ?? new Set<string>();
        attempted.set(Key, tried.add(md5(Body)));
        await client.send(new PutObjectCommand({ Bucket, Key, Body }));
        acknowledged.set(Key, md5(Body));
        acks += 1;
        if (acks === 40) child.kill('SIGKILL');
      }
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, writer) => write(writer)));
    t.ok(
      outcomes.every(({ status }) => status === 'rejected'),
      'all writers were cut',
    );
  }
  const store = await startTestStore({ dataFolder });
  t.teardown(() => store.stop());
  const client = clientOf(store);
  let ContinuationToken: string | undefined;
  const listed = new Set<string>();
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket, ContinuationToken }));
    for (const { Key = '', ETag, Size } of page.Contents ?? []) {
      listed.add(Key);
      const bytes = await bytesOf(client, Bucket, Key);
      t.equal(bytes.length, Size);
      t.equal(`"${md5(bytes)}"`, ETag, `${Key} is whole`);
      t.ok(attempted.get(Key)?.has(md5(bytes)), `${Key} holds what was once sent`);
      // A write that was cut may have taken effect after the one that was last acknowledged.
      if (Key.startsWith('new-') && acknowledged.has(Key)) t.equal(md5(bytes), acknowledged.get(Key));
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  t.ok(acknowledged.size > 40);
  t.same(
    [...acknowledged.keys()].filter((key) => !listed.has(key)),
    [],
    'nothing acknowledged is missing',
  );
  t.equal((await readdir(join(dataFolder, 'blobs'))).length, listed.size, 'and nothing is left over');
  t.equal(await codeOf(client.send(new HeadObjectCommand({ Bucket, Key: 'absent' }))), 'NotFound 404');
});
