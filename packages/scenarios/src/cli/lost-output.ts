import { exitCodes } from './exit-codes.ts';

/** The reader went away, which is its right: a closed terminal, or `chaos ... | head`. */
const READER_GONE = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/**
 * Keeps the process alive when its output can no longer be written, so that a run still heals and keeps its journal.
 * Where the reader is still there and the result could not reach it (a full disk), the exit code says so.
 */
export function surviveLostOutput(): void {
  let refused: string | null = null;
  const lost = (error: Error & { readonly code?: string }): void => {
    if (!READER_GONE.has(error.code ?? '')) refused = error.message;
  };
  process.stdout.on('error', lost);
  process.stderr.on('error', () => {});
  process.on('exit', () => {
    if (refused === null) return;
    process.stderr.write(`chaos: the result could not be written: ${refused}\n`);
    process.exitCode = exitCodes.environment.code;
  });
}
