import { open, type FileHandle } from 'node:fs/promises';
import type { Mutation } from '../catalog/mutation.ts';

const READ_CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 10;

const types: ReadonlySet<unknown> = new Set<Mutation['type']>([
  'bucket.created',
  'bucket.deleted',
  'bucket.versioned',
  'bucket.acl',
  'bucket.configured',
  'version.put',
  'version.removed',
  'version.amended',
  'upload.created',
  'part.put',
  'upload.completed',
  'upload.aborted',
]);

/** The log is written by this code alone, so its shape is taken from the type; a foreign file is told apart by it. */
const isMutation = (value: unknown): value is Mutation =>
  typeof value === 'object' && value !== null && 'type' in value && types.has(value.type);

/** Older logs do not say who began an upload: it was the owner of the object to be. */
const asOfToday = (mutation: Mutation): Mutation =>
  mutation.type === 'upload.created'
    ? { ...mutation, terms: Object.assign({ initiator: mutation.terms.owner }, mutation.terms) }
    : mutation;

/**
 * Every change that was ever acknowledged, one line of JSON each, in order. A process that is killed leaves at most a torn
 * last line, of a change that nobody was told of: it is cut off at the next start.
 */
export class MutationLog {
  readonly #file: FileHandle;
  readonly #isDurable: boolean;
  #length: number;
  #lines: string[] = [];
  #next: Promise<void> | undefined;
  #previous: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, length: number, isDurable: boolean) {
    this.#file = file;
    this.#isDurable = isDurable;
    this.#length = length;
  }

  /**
   * Opens a log, and hands what it holds to `replay`, in order. With `isDurable` every write is flushed to the device.
   * @throws Error where a line that is not the last cannot be read: the file is damaged, or not a log
   */
  static async open(path: string, isDurable: boolean, replay: (mutation: Mutation) => void): Promise<MutationLog> {
    const file = await open(path, 'a+');
    let length: number;
    try {
      length = await readLines(file, path, replay);
      await file.truncate(length);
    } finally {
      await file.close();
    }
    // Appending mode ignores positions, and a failed write must be written over.
    return new MutationLog(await open(path, 'r+'), length, isDurable);
  }

  /** Settled when the change is on disk; changes that arrive together are written together. */
  append(mutation: Mutation): Promise<void> {
    this.#lines.push(`${JSON.stringify(mutation)}\n`);
    this.#next ??= this.#previous.then(() => this.#write());
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#next?.catch(() => {});
    await this.#file.close();
  }

  async #write(): Promise<void> {
    const lines = this.#lines;
    const writing = this.#next;
    this.#lines = [];
    this.#next = undefined;
    this.#previous = writing?.catch(() => {}) ?? Promise.resolve();
    const bytes = Buffer.from(lines.join(''));
    try {
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, this.#length + at);
        at += bytesWritten;
      }
      // One flush for all that came while the last one was under way.
      if (this.#isDurable) await this.#file.datasync();
      this.#length += bytes.length;
    } catch (error) {
      // What memory holds must come to disk before anything later does: the next change takes these lines along.
      this.#lines = [...lines, ...this.#lines];
      throw error;
    }
  }
}

/** Reads whole lines; the number of bytes that they take. */
async function readLines(file: FileHandle, path: string, replay: (mutation: Mutation) => void): Promise<number> {
  let length = 0;
  let line = 0;
  let rest: Buffer = Buffer.alloc(0);
  for (let at = 0; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_CHUNK_BYTES), 0, READ_CHUNK_BYTES, at);
    if (bytesRead === 0) return length;
    at += bytesRead;
    const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      line += 1;
      replay(parseLine(bytes.toString('utf8', start, end), path, line));
      length += end + 1 - start;
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
}

function parseLine(text: string, path: string, line: number): Mutation {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `${path}:${line}: the log is damaged, this line is not JSON; restore the folder or begin an empty one`,
      {
        cause: error,
      },
    );
  }
  if (!isMutation(value)) throw new Error(`${path}:${line}: this is no change that a store wrote; is it another file?`);
  return asOfToday(value);
}
