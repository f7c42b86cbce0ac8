import type { Readable } from 'node:stream';
import { S3Error } from '../core/s3-error.ts';

/** The client went away before its request was whole: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** Without a byte for this long S3 gives an upload up. */
export const IDLE_MAX_MS = 30_000;

/** Takes a body's bytes in order. */
export interface BodySink {
  /**
   * Takes the next ones. They are the sink's until the returned promise is settled, and without a promise for the length
   * of the call. A promise means: send no more until it is settled; one given while another is unsettled is settled later.
   */
  write(bytes: Buffer): Promise<void> | undefined;
  /** Memory that the next bytes may be read into: they need not be copied then. Undefined where any other does as well. */
  room?(): Buffer | undefined;
}

/** A body before it is read. */
export interface BodySource {
  /**
   * Feeds it to the sink, piece by piece, and holds the client back while a returned promise is unsettled. To begin tells a
   * waiting client to go on. No promise where all was there already, as small bodies are that came along with their head.
   * @throws ClientGone, S3Error RequestTimeout after 30 s without a byte, and whatever the sink throws
   */
  read(sink: BodySink): Promise<void> | undefined;
}

/** The body of a request, as whoever answers it sees it. */
export interface RequestBody extends BodySource {
  /** Whether nothing of it is still to come: only then can the connection serve another request. */
  readonly isRead: boolean;
  /** Lets it come in and forgets it; settled when all of it has, when the client is gone, or after so many milliseconds. */
  discard(timeoutMs: number): Promise<void>;
}

/** What a request brings that has no body. */
export const noBody: RequestBody = {
  isRead: true,
  read: () => undefined,
  discard: () => Promise.resolve(),
};

/** A body that came along with its head. */
export const wholeBody = (bytes: Buffer): RequestBody => ({ ...noBody, read: (sink) => sink.write(bytes) });

/** The file in a form, which a parser feeds. */
export const streamBody = (stream: Readable): BodySource => ({
  read: async (sink) => {
    for await (const piece of stream) {
      const bytes: Buffer = Buffer.from(piece);
      const taken = sink.write(bytes);
      if (taken !== undefined) await taken;
    }
  },
});

/** Where the pieces of a body come from. It tells the body of each, of the end, and of what else befalls the client. */
export interface PieceSource {
  /** The body is wanted: tells a waiting client to go on, and looks out for one that sends nothing. */
  begin(): void;
  /** Lets pieces come, the first ones maybe at once. */
  resume(): void;
  pause(): void;
  /** The body is not wanted any more: an idle client is nobody's business. */
  finish(): void;
}

/** A body that comes in pieces. */
export class StreamedBody implements RequestBody {
  readonly #source: PieceSource;
  /** Without one, pieces are forgotten. */
  #sink: BodySink | undefined;
  #isTaking = false;
  #isOver = false;
  #isGone = false;
  #settle: (error?: unknown) => void = () => {};

  constructor(source: PieceSource) {
    this.#source = source;
  }

  get isRead(): boolean {
    return this.#isOver;
  }

  /** Memory that the next piece may be read into, where its taker has any to offer. */
  get room(): Buffer | undefined {
    return this.#sink?.room?.();
  }

  read(sink: BodySink): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = (error) => {
        this.#settle = () => {};
        this.#sink = undefined;
        this.#source.finish();
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('the body could not be taken', { cause: error }));
      };
      this.#sink = sink;
      if (this.#isGone) this.#settle(new ClientGone());
      else {
        this.#source.begin();
        this.#source.resume();
      }
    });
  }

  discard(timeoutMs: number): Promise<void> {
    this.#sink = undefined;
    if (this.#isOver || this.#isGone) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(), timeoutMs);
      this.#settle = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#source.resume();
    });
  }

  /** A piece has come. Its bytes must stay as they are until the source is resumed, if this pauses it. */
  piece(bytes: Buffer): void {
    if (this.#sink === undefined) return;
    try {
      const taken = this.#sink.write(bytes);
      if (taken !== undefined) void this.#holdUntil(taken);
    } catch (error) {
      this.#settle(error);
    }
  }

  /** That was all of it. */
  end(): void {
    this.#isOver = true;
    if (!this.#isTaking) this.#settle();
  }

  /** There was no byte for too long; while the last ones are being taken, that is not the client's fault. */
  idle(): void {
    if (!this.#isTaking) this.#settle(new S3Error('RequestTimeout'));
  }

  /** The connection is closed. */
  gone(): void {
    this.#isGone = true;
    if (!this.#isOver) this.#settle(new ClientGone());
  }

  async #holdUntil(taken: Promise<void>): Promise<void> {
    this.#isTaking = true;
    this.#source.pause();
    try {
      await taken;
      this.#isTaking = false;
      if (this.#isOver) this.#settle();
      else this.#source.resume();
    } catch (error) {
      this.#isTaking = false;
      this.#settle(error);
    }
  }
}
