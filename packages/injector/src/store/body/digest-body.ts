import type { ChecksumAlgorithm } from '../core/checksum.ts';
import { isForThreads, type DigestThreads, type RemoteDigest } from '../hashing/digest-threads.ts';
import { createHasher, type HashAlgorithm, type Hasher } from '../hashing/hasher.ts';
import type { BodySink } from './request-body.ts';

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

type Hashers = readonly (readonly [ChecksumAlgorithm, Hasher])[];
type Remotes = readonly (readonly [HashAlgorithm, RemoteDigest])[];

/** `sizeHint` is the body's length as far as it is known; without `threads` everything is done on this one. */
export async function digestBody(
  algorithms: ReadonlySet<ChecksumAlgorithm>,
  sink: BodySink,
  sizeHint: number | undefined,
  threads: DigestThreads | undefined,
): Promise<BodyDigester> {
  const isOverlapped = threads !== undefined && sizeHint !== undefined && sizeHint >= OVERLAP_MIN_BYTES;
  const hashers: [ChecksumAlgorithm, Hasher][] = [];
  const remotes: [HashAlgorithm, RemoteDigest][] = [];
  for (const algorithm of algorithms) {
    if (isOverlapped && isForThreads(algorithm)) remotes.push([algorithm, threads.begin(algorithm)]);
    else {
      const hasher = createHasher(algorithm);
      hashers.push([algorithm, hasher instanceof Promise ? await hasher : hasher]);
    }
  }
  if (isOverlapped) return new OverlappedDigester(hashers, remotes, sink, threads);
  return {
    write: (bytes) => {
      for (const [, hasher] of hashers) hasher.update(bytes);
      return sink.write(bytes);
    },
    finish: () => new Map(hashers.map(([algorithm, hasher]) => [algorithm, hasher.digest()])),
    abandon: () => {},
  };
}

/**
 * Gathers blocks of shared memory; each is hashed by other threads and written by the sink while the next one comes in.
 * What takes less time than to receive the bytes is computed here, as they come.
 */
class OverlappedDigester implements BodyDigester {
  readonly #hashers: Hashers;
  readonly #remotes: Remotes;
  readonly #sink: BodySink;
  readonly #threads: DigestThreads;
  #block: Buffer | undefined;
  #filled = 0;
  #underWay = 0;
  #failure: { readonly error: unknown } | undefined;
  /** Called when a block is done. */
  #wake: () => void = () => {};

  constructor(hashers: Hashers, remotes: Remotes, sink: BodySink, threads: DigestThreads) {
    this.#hashers = hashers;
    this.#remotes = remotes;
    this.#sink = sink;
    this.#threads = threads;
  }

  room(): Buffer {
    this.#block ??= this.#threads.takeBlock();
    return this.#block.subarray(this.#filled);
  }

  write(bytes: Buffer): Promise<void> | undefined {
    this.#check();
    for (const [, hasher] of this.#hashers) hasher.update(bytes);
    for (let at = 0; at < bytes.length;) {
      const room = this.room();
      const isInPlace = bytes.buffer === room.buffer && bytes.byteOffset + at === room.byteOffset;
      const placed = isInPlace ? bytes.length - at : bytes.copy(room, 0, at);
      at += placed;
      this.#filled += placed;
      if (placed === room.length) this.#send();
    }
    return this.#underWay < BLOCKS_MAX ? undefined : this.#until(BLOCKS_MAX - 1);
  }

  async finish(): Promise<Digests> {
    this.#send();
    const near = this.#hashers.map(([algorithm, hasher]) => [algorithm, hasher.digest()] as const);
    const remote = this.#remotes.map(async ([algorithm, digest]) => [algorithm, await digest.digest()] as const);
    const far = await Promise.all(remote);
    await this.#until(0);
    return new Map([...near, ...far]);
  }

  abandon(): void {
    // The threads are told to forget; whether they still can is of no interest.
    for (const [, remote] of this.#remotes) remote.digest().catch(() => {});
  }

  #send(): void {
    const block = this.#block;
    if (block === undefined || this.#filled === 0) return;
    const bytes = block.subarray(0, this.#filled);
    this.#block = undefined;
    this.#filled = 0;
    this.#underWay += 1;
    void this.#process(block, bytes);
  }

  async #process(block: Buffer, bytes: Buffer): Promise<void> {
    try {
      await Promise.all([this.#sink.write(bytes), ...this.#remotes.map(([, remote]) => remote.update(bytes))]);
      this.#threads.giveBlock(block);
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
