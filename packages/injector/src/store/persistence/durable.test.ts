import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { test, type Test } from 'tap';
import { clientOf, owner, startTestStore } from '../../../test/store-kit.ts';

async function newFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gameday-durable-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

test('a durable store: many writers at once, all there after a restart', async (t) => {
  const dataFolder = await newFolder(t);
  const first = await startTestStore({ dataFolder, durable: true });
  const Bucket = 'durable';
  await clientOf(first).send(new CreateBucketCommand({ Bucket }));
  const bodies = Array.from({ length: 40 }, (_, index) => randomBytes(index * 1000 + 1));
  const puts = bodies.map((Body, index) =>
    clientOf(first).send(new PutObjectCommand({ Bucket, Key: String(index), Body })),
  );
  await Promise.all(puts);
  await first.stop();
  const second = await startTestStore({ dataFolder, durable: true });
  t.teardown(() => second.stop());
  for (const [index, body] of bodies.entries()) {
    const { Body } = await clientOf(second).send(new GetObjectCommand({ Bucket, Key: String(index) }));
    t.ok(body.equals((await Body?.transformToByteArray()) ?? new Uint8Array()), `object ${index}`);
  }
});

test('memory cannot be durable', async (t) => {
  await t.rejects(startTestStore({ durable: true }), /data folder/);
});

const tracer: string = 'strace';
const canTrace = spawnSync(tracer, ['-f', '-e', 'trace=none', process.execPath, '--version']).status === 0;
const skip = canTrace ? false : `${tracer} is needed to see what is flushed`;

/** The flushes that a store makes for one PUT before it answers, in order. */
async function flushesOfPut(t: Test, folder: string, ...flags: readonly string[]): Promise<readonly string[]> {
  const script = join(import.meta.dirname, '../../../test/store-child.js');
  const trace = join(folder, 'trace');
  const strace = ['-f', '-y', '-o', trace, '-e', 'trace=fsync,fdatasync', process.execPath, script];
  const child: ChildProcess = spawn(tracer, [...strace, join(folder, 'data'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const lines: unknown[] = child.stdout === null ? [] : await once(child.stdout, 'data');
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: String(lines[0]).trim(),
    credentials: owner,
    maxAttempts: 1,
  });
  await client.send(new CreateBucketCommand({ Bucket: 'traced' }));
  const before = (await readFile(trace, 'utf8')).length;
  await client.send(new PutObjectCommand({ Bucket: 'traced', Key: 'k', Body: randomBytes(300_000) }));
  const after = (await readFile(trace, 'utf8')).slice(before);
  // Killing strace would let its child go on; the lock of the folder names the store itself.
  const ended = once(child, 'exit');
  process.kill(Number(await readFile(join(folder, 'data', 'lock'), 'utf8')), 'SIGKILL');
  await ended;
  const flushed = [...after.matchAll(/(fsync|fdatasync)\(\d+<([^>]+)>/g)];
  return flushed.map(([, call, path]) => `${call} ${path?.slice(folder.length + 1).replace(/blobs\/.+/, 'blobs/*')}`);
}

test('a durable store answers after the body, its name and the log are flushed', { skip }, async (t) => {
  const durable = await flushesOfPut(t, await newFolder(t), 'durable');
  t.strictSame(durable.slice(0, 2).toSorted(), ['fdatasync data/blobs/*', 'fsync data/blobs']);
  t.strictSame(durable.slice(2), ['fdatasync data/log.ndjson']);
  t.strictSame(await flushesOfPut(t, await newFolder(t)), [], 'and by default nothing is');
});
