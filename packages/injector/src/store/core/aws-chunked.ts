import { S3Error } from './s3-error.ts';

/** What the decoder finds in an aws-chunked body, in the order of the stream. */
export interface ChunkSink {
  /** Bytes of the object; valid only during the call. */
  data(bytes: Uint8Array): void;
  /** A chunk is complete (the last one has no bytes); its signature is undefined where chunks are not signed. */
  chunkEnd(signature: string | undefined): void;
  trailer(name: string, value: string): void;
}

const LINE_MAX_BYTES = 8192;
const chunkHead = /^([0-9a-fA-F]{1,16})(?:;\s*chunk-signature=([0-9a-fA-F]{64}))?\s*$/;

type State = 'head' | 'data' | 'data-end' | 'trailer' | 'done';

/**
 * Decodes `content-encoding: aws-chunked`: `SIZE[;chunk-signature=HEX]\r\n BYTES \r\n ... 0\r\n [trailers] \r\n`. Holds
 * no more than one line; bytes of objects pass through as they come.
 */
export class AwsChunkedDecoder {
  readonly #sink: ChunkSink;
  #state: State = 'head';
  #line = '';
  #remaining = 0;
  #signature: string | undefined;
  #total = 0;

  constructor(sink: ChunkSink) {
    this.#sink = sink;
  }

  /** Bytes of the object so far. */
  get decodedBytes(): number {
    return this.#total;
  }

  /** @throws S3Error IncompleteBody where the framing is broken. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state === 'data') {
        const end = Math.min(bytes.length, at + this.#remaining);
        this.#sink.data(bytes.subarray(at, end));
        this.#total += end - at;
        this.#remaining -= end - at;
        at = end;
        if (this.#remaining === 0) this.#state = 'data-end';
      } else {
        const newline = bytes.indexOf(10, at);
        const end = newline === -1 ? bytes.length : newline;
        for (let index = at; index < end; index += 1) this.#line += String.fromCharCode(bytes[index] ?? 0);
        if (this.#line.length > LINE_MAX_BYTES) throw broken();
        at = end + 1;
        if (newline !== -1) {
          const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
          this.#line = '';
          this.#onLine(line);
        }
      }
    }
  }

  /** To be called at the end of the stream. @throws S3Error IncompleteBody where it ended too early. */
  end(): void {
    // Some clients leave out the empty line after the last chunk.
    if (this.#state === 'trailer' && this.#line === '') this.#state = 'done';
    if (this.#state !== 'done') throw broken();
  }

  #onLine(line: string): void {
    switch (this.#state) {
      case 'head':
        return this.#onHead(line);
      case 'data-end':
        if (line !== '') throw broken();
        this.#sink.chunkEnd(this.#signature);
        this.#state = 'head';
        return;
      case 'trailer':
        if (line === '') {
          this.#state = 'done';
          return;
        }
        return this.#onTrailer(line);
      case 'data':
      case 'done':
    }
  }

  #onHead(line: string): void {
    const match = chunkHead.exec(line);
    if (match === null) throw broken();
    const size = Number.parseInt(match[1] ?? '', 16);
    this.#signature = match[2]?.toLowerCase();
    if (size > 0) {
      this.#remaining = size;
      this.#state = 'data';
      return;
    }
    this.#sink.chunkEnd(this.#signature);
    this.#state = 'trailer';
  }

  #onTrailer(line: string): void {
    const colon = line.indexOf(':');
    if (colon < 1) throw new S3Error('MalformedTrailerError');
    this.#sink.trailer(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

const broken = (): S3Error => new S3Error('IncompleteBody', { message: 'The request body terminated unexpectedly' });
