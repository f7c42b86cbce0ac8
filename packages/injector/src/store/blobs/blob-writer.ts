import { open, rm, type FileHandle } from 'node:fs/promises';
import type { BodySink } from '../body/request-body.ts';
import type { Segment } from '../catalog/object-version.ts';
import type { FolderFlusher } from './flush-folder.ts';

/** Takes a body's bytes as they come: into memory first, into a file once they are too many. */
export class BlobWriter implements BodySink {
  readonly #memoryMaxBytes: number;
  readonly #newPath: () => string;
  readonly #add: (content: Buffer | string) => string;
  readonly #flusher: FolderFlusher | undefined;
  #pieces: Buffer[] = [];
  #size = 0;
  #path: string | undefined;
  #file: FileHandle | undefined;
  #flushing: Promise<void> | undefined;

  constructor(
    memoryMaxBytes: number,
    newPath: () => string,
    add: (content: Buffer | string) => string,
    flusher: FolderFlusher | undefined,
  ) {
    this.#flusher = flusher;
    this.#memoryMaxBytes = memoryMaxBytes;
    this.#newPath = newPath;
    this.#add = add;
  }

  write(bytes: Buffer): Promise<void> | undefined {
    this.#size += bytes.length;
    if (this.#size > this.#memoryMaxBytes) {
      this.#pieces.push(bytes);
      return this.#flush();
    }
    this.#pieces.push(Buffer.from(bytes));
    return undefined;
  }

  /**
   * Ends the body; a promise only where it goes to a file. The segment belongs to whoever asked, who puts it into the
   * catalog or removes it.
   */
  finish(): Segment | Promise<Segment> {
    if (this.#path !== undefined || this.#size > this.#memoryMaxBytes) return this.#finishFile();
    const [only] = this.#pieces;
    const bytes = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    return { blob: this.#add(bytes), size: this.#size };
  }

  async #finishFile(): Promise<Segment> {
    await this.#flush();
    if (this.#flusher !== undefined) await Promise.all([this.#file?.datasync(), this.#flusher.flush()]);
    await this.#file?.close();
    this.#file = undefined;
    return { blob: this.#add(this.#path ?? ''), size: this.#size };
  }

  /** Gives the body up. */
  async abandon(): Promise<void> {
    this.#pieces = [];
    await this.#flushing?.catch(() => {});
    await this.#file?.close();
    this.#file = undefined;
    if (this.#path !== undefined) await rm(this.#path, { force: true });
  }

  /** One write at a time, in order. */
  #flush(): Promise<void> {
    this.#flushing = this.#flushing === undefined ? this.#write() : this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  async #write(): Promise<void> {
    this.#path ??= this.#newPath();
    this.#file ??= await open(this.#path, 'w');
    const pieces = this.#pieces;
    this.#pieces = [];
    if (pieces.length === 0) return;
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const { bytesWritten } = await this.#file.writev(pieces);
    if (bytesWritten !== length) throw new Error(`${this.#path} took ${bytesWritten} of ${length} bytes`);
  }
}
