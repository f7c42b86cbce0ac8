// A bench process: the least that an S3 has to do with a large PUT. Bytes are read off a bare socket into memory that is
// shared with a thread, which hashes them with MD5 meanwhile; nothing is parsed, checked or kept.
import { createServer, type Socket } from 'node:net';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { createHash } from 'node:crypto';
import { announce } from '../injector/process.ts';
import { LARGE_BYTES } from './client.ts';

const BLOCK_BYTES = 1024 * 1024;
/** Then the client has to wait. */
const BLOCKS_MAX = 4;
const HEAD_END = '\r\n\r\n';

/** To the thread: a block, or the body's end. From it: true for the body's end. */
type Message = Uint8Array | null;

function hashBlocks(): void {
  let hash = createHash('md5');
  parentPort?.on('message', (block: Message) => {
    if (block === null) {
      hash.digest();
      hash = createHash('md5');
    } else hash.update(Buffer.from(block.buffer, block.byteOffset, block.byteLength));
    parentPort?.postMessage(block === null, []);
  });
}

const idle: Buffer[] = [];

function serve(worker: Worker, socket: Socket): void {
  const busy: Buffer[] = [];
  let block: Buffer | undefined;
  let filled = 0;
  /** Null between bodies. */
  let left: number | null = null;
  const post = (message: Message): void => worker.postMessage(message, []);
  const flush = (): void => {
    if (block === undefined) return;
    busy.push(block);
    post(block.subarray(0, filled));
    block = undefined;
    filled = 0;
  };
  const take = (bytes: Buffer): void => {
    for (let at = 0; at < bytes.length;) {
      block ??= idle.pop() ?? Buffer.from(new SharedArrayBuffer(BLOCK_BYTES));
      const copied = bytes.copy(block, filled, at);
      at += copied;
      filled += copied;
      if (filled === BLOCK_BYTES) flush();
    }
  };
  const onDone = (isEnd: boolean): void => {
    if (isEnd) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    else idle.push(...busy.splice(0, 1));
    socket.resume();
  };
  worker.on('message', onDone);
  socket.on('error', () => socket.destroy()).on('close', () => worker.off('message', onDone));
  socket.on('data', (bytes: Buffer) => {
    const body = left === null ? bytes.subarray(bytes.indexOf(HEAD_END) + HEAD_END.length) : bytes;
    left = (left ?? LARGE_BYTES) - body.length;
    take(body);
    if (left === 0) {
      flush();
      post(null);
      left = null;
    } else if (busy.length >= BLOCKS_MAX) socket.pause();
  });
}

if (isMainThread) {
  // One client at a time, so one thread for all.
  const worker = new Worker(new URL(import.meta.url));
  const server = createServer({ noDelay: true }, (socket) => serve(worker, socket));
  server.listen(0, '127.0.0.1', () => announce(server.address()));
} else hashBlocks();
