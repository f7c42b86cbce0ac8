import { open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteRange } from '../core/byte-range.ts';
import { FolderFlusher } from './flush-folder.ts';
import type { Segment } from '../catalog/object-version.ts';
import { BlobWriter } from './blob-writer.ts';

const READ_CHUNK_BYTES = 256 * 1024;

type Blob =
  | { readonly kind: 'memory'; readonly bytes: Buffer; readers: number; owners: number }
  | { readonly kind: 'file'; readonly path: string; readers: number; owners: number };

/**
 * The bytes of objects and parts, written once and never changed. A blob that is being read stays readable until the
 * reader is done, however often its object is overwritten meanwhile.
 */
export class BlobStore {
  readonly #folder: string;
  readonly #memoryMaxBytes: number;
  readonly #idPrefix: string;
  readonly #flusher: FolderFlusher | undefined;
  readonly #blobs = new Map<string, Blob>();
  readonly #removals = new Set<Promise<void>>();
  #next = 0;

  /** `folder` must exist. `idPrefix` must be new at each start on a folder that keeps its blobs. */
  constructor(
    folder: string,
    options: {
      readonly memoryMaxBytes: number;
      readonly idPrefix: string;
      /** Whether files are flushed to the device before they count as written; false by default. */
      readonly isDurable?: boolean;
    },
  ) {
    this.#folder = folder;
    this.#flusher = options.isDurable === true ? new FolderFlusher(folder) : undefined;
    this.#memoryMaxBytes = options.memoryMaxBytes;
    this.#idPrefix = options.idPrefix;
  }

  /** Takes up files of an earlier start that the catalog refers to. */
  adopt(segments: readonly Segment[]): void {
    for (const { blob: id } of segments) {
      if (this.#blobs.has(id)) this.#count(id, 'owners', 1);
      else this.#blobs.set(id, { kind: 'file', path: join(this.#folder, id), readers: 0, owners: 1 });
    }
  }

  /** Removes the files that nothing refers to: uploads that were under way when the process ended. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (!this.#blobs.has(name)) await rm(join(this.#folder, name), { force: true });
    }
  }

  writer(): BlobWriter {
    return new BlobWriter(
      this.#memoryMaxBytes,
      () => join(this.#folder, this.#newId()),
      (blob) => this.#add(blob),
      this.#flusher,
    );
  }

  /**
   * The bytes of one range over consecutive segments, in pieces, each valid until the next one is asked for. Call `hold`
   * first, and let go at the end.
   */
  async *read(segments: readonly Segment[], range: ByteRange): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const segment of segments) {
      const skip = segment.offset ?? 0;
      const start = skip + Math.max(0, range.start - offset);
      const end = skip + Math.min(segment.size, range.end + 1 - offset);
      offset += segment.size;
      if (start >= end) continue;
      const blob = this.#blobs.get(segment.blob);
      if (blob === undefined) throw new Error(`blob ${segment.blob} is gone`);
      if (blob.kind === 'memory') yield blob.bytes.subarray(start, end);
      else yield* readFile(blob.path, start, end);
    }
  }

  /** A body that lies in memory in one piece can be answered without streaming; undefined where it does not. */
  inMemory(segments: readonly Segment[], range: ByteRange): Buffer | undefined {
    const [only, ...others] = segments;
    if (only === undefined) return Buffer.alloc(0);
    const blob = this.#blobs.get(only.blob);
    if (others.length > 0 || blob?.kind !== 'memory') return undefined;
    const skip = only.offset ?? 0;
    if (skip + range.start === 0 && range.end === blob.bytes.length - 1) return blob.bytes;
    return blob.bytes.subarray(skip + range.start, skip + range.end + 1);
  }

  /** Keeps blobs readable until the returned function is called. */
  hold(segments: readonly Segment[]): () => void {
    const held = segments.map((segment) => segment.blob);
    for (const id of held) this.#count(id, 'readers', 1);
    return () => {
      for (const id of held.splice(0)) this.#count(id, 'readers', -1);
    };
  }

  /** Gives the blobs one more owner: a copy of an object shares its bytes. */
  share(segments: readonly Segment[]): void {
    for (const { blob } of segments) this.#count(blob, 'owners', 1);
  }

  /** Settled when the files that are no longer needed are gone. */
  async close(): Promise<void> {
    await Promise.all(this.#removals);
  }

  /** Takes one owner away; without any, and once nobody reads it, a blob is gone. */
  remove(segments: readonly Segment[]): void {
    for (const { blob } of segments) this.#count(blob, 'owners', -1);
  }

  #count(id: string, what: 'owners' | 'readers', change: 1 | -1): void {
    const blob = this.#blobs.get(id);
    if (blob === undefined) return;
    blob[what] += change;
    if (blob.owners > 0 || blob.readers > 0) return;
    this.#blobs.delete(id);
    if (blob.kind === 'file') this.#removeFile(blob.path);
  }

  #removeFile(path: string): void {
    const removal = rm(path, { force: true })
      // A file that cannot be removed costs space and nothing else.
      .catch(() => {})
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  #newId(): string {
    this.#next += 1;
    return `${this.#idPrefix}${this.#next.toString(36)}`;
  }

  #add(content: Buffer | string): string {
    if (typeof content === 'string') {
      const id = content.slice(this.#folder.length + 1);
      this.#blobs.set(id, { kind: 'file', path: content, readers: 0, owners: 1 });
      return id;
    }
    const id = this.#newId();
    this.#blobs.set(id, { kind: 'memory', bytes: content, readers: 0, owners: 1 });
    return id;
  }
}

/** Reads ahead by one piece, so that disk and network work at the same time; two buffers take turns. */
async function* readFile(path: string, start: number, end: number): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  const length = Math.min(READ_CHUNK_BYTES, end - start);
  let spare = Buffer.allocUnsafeSlow(length);
  let current = end - start > length ? Buffer.allocUnsafeSlow(length) : spare;
  let ahead: Promise<Buffer> | undefined;
  try {
    let at = start;
    ahead = readPiece(file, path, current, at, end);
    while (at < end) {
      const bytes = await ahead;
      at += bytes.length;
      [current, spare] = [spare, current];
      ahead = readPiece(file, path, current, at, end);
      yield bytes;
    }
  } finally {
    await ahead?.catch(() => {});
    await file.close();
  }
}

async function readPiece(file: FileHandle, path: string, into: Buffer, at: number, end: number): Promise<Buffer> {
  const length = Math.min(into.length, end - at);
  if (length === 0) return into.subarray(0, 0);
  const { bytesRead } = await file.read(into, 0, length, at);
  if (bytesRead === 0) throw new Error(`${path} ended at byte ${at}, expected ${end}`);
  return into.subarray(0, bytesRead);
}
