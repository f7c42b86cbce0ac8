import { S3Error } from '../core/s3-error.ts';
import type { BodySource } from '../http/call.ts';

/** The client went away before its request was whole: there is nobody to answer. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** Without a byte for this long S3 gives the upload up. */
const IDLE_MAX_MS = 30_000;

type Take = (bytes: Buffer) => Promise<void> | undefined;

/**
 * Feeds a body to `take`, piece by piece, and holds the client back while a returned promise is unsettled; without a
 * promise all is done. Small bodies are most of the load: what is there already is taken as it is.
 * @throws ClientGone, S3Error RequestTimeout after 30 s without a byte, and whatever `take` throws
 */
export function pump(body: Pick<BodySource, 'stream' | 'socket' | 'takeWhole'>, take: Take): Promise<void> | undefined {
  const whole = body.takeWhole();
  return whole === undefined ? pumpEvents(body, take) : take(whole);
}

/** By events instead of an async iterator, which would cost bodies of a few kilobytes a third of their time. */
function pumpEvents({ stream, socket }: Pick<BodySource, 'stream' | 'socket'>, take: Take): Promise<void> {
  return new Promise((resolve, reject) => {
    let taking: Promise<void> | undefined;
    let ended = false;
    const done = (error?: unknown): void => {
      stream.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      socket.off('timeout', onTimeout);
      socket.setTimeout(0);
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('the body could not be taken', { cause: error }));
    };
    const settle = async (written: Promise<void>): Promise<void> => {
      try {
        await written;
      } catch (error) {
        done(error);
        return;
      }
      taking = undefined;
      if (ended) done();
      else stream.resume();
    };
    const onData = (bytes: Buffer): void => {
      try {
        taking = take(bytes);
      } catch (error) {
        done(error);
        return;
      }
      if (taking === undefined) return;
      stream.pause();
      void settle(taking);
    };
    const onEnd = (): void => {
      ended = true;
      if (taking === undefined) done();
    };
    const onClose = (): void => {
      if (!ended) done(new ClientGone());
    };
    const onTimeout = (): void => done(new S3Error('RequestTimeout'));
    stream.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
    socket.setTimeout(IDLE_MAX_MS).on('timeout', onTimeout);
  });
}
