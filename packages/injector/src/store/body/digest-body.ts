import type { ChecksumAlgorithm } from '../core/checksum.ts';
import { BLOCK_BYTES, type DigestThreads, type RemoteDigest } from '../hashing/digest-threads.ts';
import { createHasher, type Hasher } from '../hashing/hasher.ts';

/** A body's bytes, taken in order. A returned promise means: send no more until it is settled. */
export interface BodySink {
  /**
   * The bytes stay as they are until the returned promise is settled; without a promise, for good.
   * A promise given while another is unsettled is settled after it.
   */
  write(bytes: Buffer): Promise<void> | undefined;
}

export type Digests = ReadonlyMap<ChecksumAlgorithm, Buffer>;

/** Computes digests of a body on its way to the sink. */
export interface BodyDigester extends BodySink {
  /** The digests, once the sink has taken everything; a promise only where that takes time. */
  finish(): Digests | Promise<Digests>;
  /** Gives the body up. */
  abandon(): void;
}

/** Shorter bodies are hashed where they arrive: handing them over would cost more than it spares. */
const OVERLAP_MIN_BYTES = 2 * 1024 * 1024;
/** Per body, in memory at once; then the client has to wait. */
const BLOCKS_MAX = 4;

/** `sizeHint` is the body's length as far as it is known; without `threads` everything is done on this one. */
export async function digestBody(
  algorithms: ReadonlySet<ChecksumAlgorithm>,
  sink: BodySink,
  sizeHint: number | undefined,
  threads: DigestThreads | undefined,
): Promise<BodyDigester> {
  if (threads !== undefined && sizeHint !== undefined && sizeHint >= OVERLAP_MIN_BYTES) {
    return new OverlappedDigester(algorithms, sink, threads);
  }
  const hashers: [ChecksumAlgorithm, Hasher][] = [];
  for (const algorithm of algorithms) {
    const hasher = createHasher(algorithm);
    hashers.push([algorithm, hasher instanceof Promise ? await hasher : hasher]);
  }
  return {
    write: (bytes) => {
      for (const [, hasher] of hashers) hasher.update(bytes);
      return sink.write(bytes);
    },
    finish: () => new Map(hashers.map(([algorithm, hasher]) => [algorithm, hasher.digest()])),
    abandon: () => {},
  };
}

/** Gathers blocks of shared memory; each is hashed by other threads and written by the sink while the next one comes in. */
class OverlappedDigester implements BodyDigester {
  readonly #sink: BodySink;
  readonly #threads: DigestThreads;
  readonly #remotes: readonly (readonly [ChecksumAlgorithm, RemoteDigest])[];
  #block: Buffer | undefined;
  #filled = 0;
  #underWay = 0;
  #failure: { readonly error: unknown } | undefined;
  /** Called when a block is done. */
  #wake: () => void = () => {};

  constructor(algorithms: ReadonlySet<ChecksumAlgorithm>, sink: BodySink, threads: DigestThreads) {
    this.#sink = sink;
    this.#threads = threads;
    this.#remotes = [...algorithms].map((algorithm) => [algorithm, threads.begin(algorithm)]);
  }

  write(bytes: Buffer): Promise<void> | undefined {
    this.#check();
    for (let at = 0; at < bytes.length;) {
      this.#block ??= this.#threads.takeBlock();
      const copied = bytes.copy(this.#block, this.#filled, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled === BLOCK_BYTES) this.#send(this.#block);
    }
    return this.#underWay < BLOCKS_MAX ? undefined : this.#until(BLOCKS_MAX - 1);
  }

  async finish(): Promise<Digests> {
    if (this.#block !== undefined) this.#send(this.#block);
    const digests = await Promise.all(
      this.#remotes.map(async ([algorithm, remote]) => [algorithm, await remote.digest()] as const),
    );
    await this.#until(0);
    return new Map(digests);
  }

  abandon(): void {
    // The threads are told to forget; whether they still can is of no interest.
    for (const [, remote] of this.#remotes) remote.digest().catch(() => {});
  }

  #send(block: Buffer): void {
    const bytes = block.subarray(0, this.#filled);
    this.#block = undefined;
    this.#filled = 0;
    this.#underWay += 1;
    void this.#process(block, bytes);
  }

  async #process(block: Buffer, bytes: Buffer): Promise<void> {
    try {
      const written = this.#sink.write(bytes);
      await Promise.all([written, ...this.#remotes.map(([, remote]) => remote.update(bytes))]);
      if (written !== undefined) this.#threads.giveBlock(block);
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#underWay -= 1;
    this.#wake();
  }

  /** Settled when no more blocks than that are under way. */
  async #until(underWayMax: number): Promise<void> {
    while (this.#underWay > underWayMax && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#check();
  }

  #check(): void {
    if (this.#failure === undefined) return;
    const { error } = this.#failure;
    throw error instanceof Error ? error : new Error('the body could not be kept', { cause: error });
  }
}
