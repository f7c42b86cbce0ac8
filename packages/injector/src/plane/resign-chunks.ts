import type { ChunkSigner } from '../store/auth/chunk-signer.ts';
import { S3Error } from '../store/core/s3-error.ts';

/** A body that goes out other than it came, though as long. */
export interface RewrittenBody {
  /** Gives what can go out once these bytes have come. @throws {S3Error} where the client's body is wrong */
  push(bytes: Buffer): Buffer;
  /** To be called at its end. @throws {S3Error} where it ended too early */
  end(): Buffer;
}

/** A chunk is held whole, for its signature goes out before its bytes. SDKs send 64 or 128 KiB. */
const CHUNK_BYTES_MAX = 16 * 1_048_576;
const LINE_BYTES_MAX = 8_192;
const chunkHead = /^([\da-f]{1,8});\s*chunk-signature=([\da-f]{64})\r$/i;
const trailerSignature = /^x-amz-trailer-signature:\s*([\da-f]{64})$/i;

const broken = (): S3Error => new S3Error('IncompleteBody', { message: 'The request body terminated unexpectedly' });

/**
 * Checks the signatures of an aws-chunked body's chunks and puts others in their place. Only signatures change, so the
 * body stays as long as its head says.
 */
export class ChunkResigner implements RewrittenBody {
  readonly #theirs: ChunkSigner;
  readonly #ours: ChunkSigner;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** So many bytes must be held before it is worth looking again. */
  #neededBytes = 1;
  #isTrailer = false;

  /** @param theirs continues the client's chain of signatures @param ours begins the new one */
  constructor(theirs: ChunkSigner, ours: ChunkSigner) {
    this.#theirs = theirs;
    this.#ours = ours;
  }

  push(bytes: Buffer): Buffer {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes < this.#neededBytes) return Buffer.alloc(0);
    let rest = this.#take();
    const done: Buffer[] = [];
    while (!this.#isTrailer) {
      const length = this.#chunkAt(rest, done);
      if (length === null) break;
      rest = rest.subarray(length);
      this.#neededBytes = 1;
    }
    if (this.#isTrailer && rest.length > LINE_BYTES_MAX) throw broken();
    this.#held = [rest];
    this.#heldBytes = rest.length;
    return Buffer.concat(done);
  }

  end(): Buffer {
    if (!this.#isTrailer) throw broken();
    const lines = this.#take().toString('latin1').split('\r\n');
    const at = lines.findIndex((line) => trailerSignature.test(line));
    if (at !== -1) {
      const signed = lines.slice(0, at).map((line) => {
        const colon = line.indexOf(':');
        return `${line.slice(0, colon).trim().toLowerCase()}:${line.slice(colon + 1).trim()}\n`;
      });
      const [, signature] = trailerSignature.exec(lines[at] ?? '') ?? [];
      this.#theirs.endTrailer(signed.join(''), signature?.toLowerCase());
      lines[at] = (lines[at] ?? '').slice(0, -64) + this.#ours.signTrailer(signed.join(''));
    }
    return Buffer.from(lines.join('\r\n'), 'latin1');
  }

  #take(): Buffer {
    const [only = Buffer.alloc(0)] = this.#held;
    const all = this.#held.length === 1 ? only : Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return all;
  }

  /** Signs the chunk that begins here; gives its length with its framing, or null where it is not all there yet. */
  #chunkAt(bytes: Buffer, done: Buffer[]): number | null {
    const newline = bytes.indexOf(10);
    if (newline === -1 || newline > LINE_BYTES_MAX) {
      if (bytes.length > LINE_BYTES_MAX) throw broken();
      this.#neededBytes = bytes.length + 1;
      return null;
    }
    const head = bytes.toString('latin1', 0, newline);
    const [, hex, signature] = chunkHead.exec(head) ?? [];
    if (hex === undefined || signature === undefined) throw broken();
    const size = Number.parseInt(hex, 16);
    if (size > CHUNK_BYTES_MAX) {
      const message = `Gameday signs this body anew chunk by chunk, and this one is longer than ${CHUNK_BYTES_MAX} bytes; use shorter or unsigned chunks, or the proxy`;
      throw new S3Error('NotImplemented', { message });
    }
    const from = newline + 1;
    const length = size === 0 ? from : from + size + 2;
    if (bytes.length < length) {
      this.#neededBytes = length;
      return null;
    }
    const data = bytes.subarray(from, from + size);
    if (size > 0 && bytes.toString('latin1', from + size, length) !== '\r\n') throw broken();
    this.#theirs.update(data);
    this.#theirs.endChunk(signature.toLowerCase());
    this.#ours.update(data);
    done.push(Buffer.from(`${head.slice(0, -65)}${this.#ours.signChunk()}\r\n`), bytes.subarray(from, length));
    this.#isTrailer = size === 0;
    return length;
  }
}
