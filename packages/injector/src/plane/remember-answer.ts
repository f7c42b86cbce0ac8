import type { IncomingMessage } from 'node:http';
import { splitTarget, versionIdIn } from '../core/s3-address.ts';
import { STALE_BYTES_MAX, type RecentWrites } from '../core/recent-writes.ts';
import type { LiveExchange } from './live-exchange.ts';

/** Keeps the answer to a GetObject as it passes, so that a stale read can give it again. */
export function rememberAnswer(
  live: LiveExchange,
  answer: IncomingMessage,
  writes: RecentWrites,
  headers: readonly string[],
): void {
  const { exchange, ruling, clock } = live;
  const { statusCode: status = 0, statusMessage: reason = '' } = answer;
  if (exchange.operation !== 'GetObject' || status !== 200) return;
  if (versionIdIn(splitTarget(live.request.url ?? '/').query) !== null) return; // It says nothing of the newest one.
  const chunks: Buffer[] = [];
  let bytes = 0;
  // As of now: a write that takes effect while the body passes comes after it.
  const seenMs = clock.now() - ruling.zeroMs;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= STALE_BYTES_MAX) chunks.push(chunk);
    else chunks.length = 0;
  });
  answer.once('end', () => {
    if (bytes <= STALE_BYTES_MAX)
      writes.keep(exchange, { status, reason, headers, body: Buffer.concat(chunks) }, seenMs);
  });
}
