import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { test } from 'tap';
import { digestBody } from '../body/digest-body.ts';
import type { ChecksumAlgorithm } from '../core/checksum.ts';
import { BLOCK_BYTES, DigestThreads } from './digest-threads.ts';

const run = promisify(execFile);
const algorithms: ReadonlySet<ChecksumAlgorithm> = new Set(['MD5', 'SHA256', 'CRC64NVME', 'CRC32', 'XXHASH3']);
const hex = (digests: ReadonlyMap<string, Buffer>): Record<string, string> =>
  Object.fromEntries([...digests].map(([name, digest]) => [name, digest.toString('hex')]));

/** Takes bytes as a slow disk does: a while later, in order. */
function slowSink() {
  const taken: Buffer[] = [];
  let last: Promise<void> = Promise.resolve();
  const write = (bytes: Buffer): Promise<void> => {
    last = last.then(
      () =>
        new Promise((resolve) => {
          setImmediate(() => {
            taken.push(Buffer.from(bytes));
            resolve();
          });
        }),
    );
    return last;
  };
  return { write, content: () => Buffer.concat(taken) };
}

test('digest threads: several bodies at once, the same digests and bytes as on the main thread', async (t) => {
  const threads = new DigestThreads();
  t.teardown(() => threads.stop());
  const sizes = [2 * 1024 * 1024, 9 * BLOCK_BYTES + 1, 20 * BLOCK_BYTES - 1];
  await Promise.all(
    sizes.map(async (size) => {
      const body = randomBytes(size);
      const sink = slowSink();
      const overlapped = await digestBody(algorithms, sink, size, threads);
      const plain = await digestBody(algorithms, { write: () => undefined }, size, undefined);
      for (let at = 0; at < size; at += 65_521) {
        const piece = Buffer.from(body.subarray(at, at + 65_521));
        void plain.write(piece);
        await overlapped.write(piece);
        piece.fill(0);
      }
      const digests = await overlapped.finish();
      t.equal(digests.get('MD5')?.toString('hex'), createHash('md5').update(body).digest('hex'));
      t.strictSame(hex(digests), hex(await plain.finish()));
      t.ok(sink.content().equals(body), 'every byte in its place');
    }),
  );
});

test('digest threads: a failing disk fails the body, and holds no one up', async (t) => {
  const threads = new DigestThreads();
  t.teardown(() => threads.stop());
  const write = () => Promise.reject(new Error('no space left'));
  const digester = await digestBody(new Set(['MD5']), { write }, 1e9, threads);
  const feed = async (): Promise<void> => {
    for (let count = 0; count < 20; count += 1) await digester.write(Buffer.alloc(BLOCK_BYTES));
  };
  await t.rejects(feed(), { message: 'no space left' });
  digester.abandon();
});

test('digest threads: stopped ones refuse, and tell those who wait', async (t) => {
  const threads = new DigestThreads();
  const digest = threads.begin('MD5');
  await digest.update(threads.takeBlock());
  const block = threads.takeBlock();
  // More than the thread can have done by the time it is stopped.
  const waiting = Promise.all(Array.from({ length: 500 }, () => digest.update(block)));
  await Promise.all([t.rejects(waiting, /thread/), threads.stop()]);
  t.throws(() => threads.begin('MD5'), /stopped/);
});

test('digest threads at rest keep no process alive', async (t) => {
  const module = new URL('digest-threads.js', import.meta.url).href;
  const script = `const { DigestThreads } = await import(${JSON.stringify(module)});
    const threads = new DigestThreads();
    const digest = threads.begin('MD5');
    await digest.update(threads.takeBlock());
    console.log((await digest.digest()).toString('hex'));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { timeout: 60_000 });
  t.equal(stdout.trim(), createHash('md5').update(Buffer.alloc(BLOCK_BYTES)).digest('hex'));
});
