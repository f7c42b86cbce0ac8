import type { Readable } from 'node:stream';
import { S3Error } from '../core/s3-error.ts';

/** The client went away before its request was whole: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** Without a byte for this long S3 gives an upload up. */
export const IDLE_MAX_MS = 30_000;

/** Takes a body's bytes as they come. A promise means: send no more until it is settled. */
export type Take = (bytes: Buffer) => Promise<void> | undefined;

/** A body before it is read. */
export interface BodySource {
  /**
   * Feeds it to `take`, piece by piece, and holds the client back while a returned promise is unsettled. To begin tells a
   * waiting client to go on. No promise where all was there already, as small bodies are that came along with their head.
   * @throws ClientGone, S3Error RequestTimeout after 30 s without a byte, and whatever `take` throws
   */
  read(take: Take): Promise<void> | undefined;
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
export const wholeBody = (bytes: Buffer): RequestBody => ({ ...noBody, read: (take) => take(bytes) });

/** The file in a form, which a parser feeds. */
export const streamBody = (stream: Readable): BodySource => ({
  read: async (take) => {
    for await (const piece of stream) {
      const bytes: Buffer = Buffer.from(piece);
      const taken = take(bytes);
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
  #take: Take | undefined;
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

  read(take: Take): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = (error) => {
        this.#settle = () => {};
        this.#take = undefined;
        this.#source.finish();
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('the body could not be taken', { cause: error }));
      };
      this.#take = take;
      if (this.#isGone) this.#settle(new ClientGone());
      else {
        this.#source.begin();
        this.#source.resume();
      }
    });
  }

  discard(timeoutMs: number): Promise<void> {
    this.#take = undefined;
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

  /** A piece has come. */
  piece(bytes: Buffer): void {
    if (this.#take === undefined) return;
    try {
      const taken = this.#take(bytes);
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

  /** There was no byte for too long. */
  idle(): void {
    this.#settle(new S3Error('RequestTimeout'));
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
