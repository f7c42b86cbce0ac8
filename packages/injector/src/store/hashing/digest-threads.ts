import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ChecksumAlgorithm } from '../core/checksum.ts';
import type { ThreadAnswer, ThreadRequest } from './digest-thread.ts';
import type { HashAlgorithm } from './hasher.ts';

const THREADS_MAX = Math.max(2, Math.min(8, availableParallelism()));
export const BLOCK_BYTES = 1024 * 1024;
const IDLE_BLOCKS_MAX = 8;

/** OpenSSL's digests take longer than to receive the bytes; all others cost less than it would to hand them over. */
const forThreads: ReadonlySet<string> = new Set(['MD5', 'SHA1', 'SHA256', 'SHA512'] satisfies HashAlgorithm[]);
export const isForThreads = (algorithm: ChecksumAlgorithm): algorithm is HashAlgorithm => forThreads.has(algorithm);

/** A digest that another thread computes. */
export interface RemoteDigest {
  /** Settled when the block, which must be shared memory, may be written to again. */
  update(block: Uint8Array): Promise<void>;
  /** Ends it. To be called also where nobody wants the digest any more. */
  digest(): Promise<Buffer>;
}

/** Threads that compute digests beside the main one. Started when first needed; an idle one keeps no process alive. */
export class DigestThreads {
  readonly #threads = new Set<DigestThread>();
  readonly #idleBlocks: Buffer[] = [];
  #stopped = false;

  /** Begins a digest on the thread that has least to do. @throws Error once stopped */
  begin(algorithm: HashAlgorithm): RemoteDigest {
    if (this.#stopped) throw new Error('the store is stopped');
    return this.#leastBusy().begin(algorithm);
  }

  /** A block of shared memory, of `BLOCK_BYTES`. */
  takeBlock(): Buffer {
    return this.#idleBlocks.pop() ?? Buffer.from(new SharedArrayBuffer(BLOCK_BYTES));
  }

  giveBlock(block: Buffer): void {
    if (this.#idleBlocks.length < IDLE_BLOCKS_MAX) this.#idleBlocks.push(block);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#threads].map((thread) => thread.stop()));
  }

  #leastBusy(): DigestThread {
    const [first, ...others] = [...this.#threads].toSorted((a, b) => a.load - b.load);
    if (first !== undefined && (first.load === 0 || others.length + 1 >= THREADS_MAX)) return first;
    const thread = new DigestThread(() => this.#threads.delete(thread));
    this.#threads.add(thread);
    return thread;
  }
}

interface Waiting {
  readonly resolve: (digest: Uint8Array | null) => void;
  readonly reject: (error: Error) => void;
}

class DigestThread {
  readonly #worker: Worker;
  /** Per task, whoever waits for an answer, in order. */
  readonly #tasks = new Map<number, Waiting[]>();
  #next = 0;

  constructor(onEnd: () => void) {
    // Without the process's own flags: some, of --eval for one, no file can be run with.
    this.#worker = new Worker(new URL('digest-thread.js', import.meta.url), { name: 'gameday-digest', execArgv: [] });
    const fail = (error: Error): void => {
      onEnd();
      for (const waiting of [...this.#tasks.values()].flat()) waiting.reject(error);
      this.#tasks.clear();
    };
    this.#worker.on('message', (answer: ThreadAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => fail(new Error('a digest thread failed', { cause: error })));
    this.#worker.on('exit', () => fail(new Error('a digest thread ended')));
    this.#worker.unref();
  }

  /** Digests under way. */
  get load(): number {
    return this.#tasks.size;
  }

  begin(algorithm: HashAlgorithm): RemoteDigest {
    this.#next += 1;
    const task = this.#next;
    this.#tasks.set(task, []);
    this.#worker.ref();
    this.#post({ type: 'begin', task, algorithm });
    let digest: Promise<Uint8Array | null> | undefined;
    return {
      update: async (block) => void (await this.#ask({ type: 'update', task, block })),
      digest: async () => {
        digest ??= this.#ask({ type: 'end', task });
        return Buffer.from((await digest) ?? []);
      },
    };
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(request: ThreadRequest): void {
    this.#worker.postMessage(request, []);
  }

  #ask(request: ThreadRequest): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => {
      const waiting = this.#tasks.get(request.task);
      if (waiting === undefined) {
        reject(new Error('the digest thread is gone'));
        return;
      }
      waiting.push({ resolve, reject });
      this.#post(request);
    });
  }

  #settle({ task, digest }: ThreadAnswer): void {
    this.#tasks.get(task)?.shift()?.resolve(digest);
    if (digest !== null) this.#tasks.delete(task);
    if (this.load === 0) this.#worker.unref();
  }
}
