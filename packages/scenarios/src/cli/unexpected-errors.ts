/** How long a run that failed has for healing and stopping what it started. */
const END_WITHIN_MS = 20_000;

/**
 * Calls back on an error that nothing caught, so that the run heals and ends in order. Should even that not work, the
 * process ends by itself: faults end with it, and the target's guardian stops the target.
 */
export function onUnexpectedError(tell: (detail: string) => void, exitCode: number): () => void {
  const listener = (error: unknown): void => {
    setTimeout(() => process.exit(exitCode), END_WITHIN_MS).unref();
    tell(
      `an unexpected error of Gameday's own: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  };
  process.on('uncaughtException', listener);
  process.on('unhandledRejection', listener);
  return () => {
    process.off('uncaughtException', listener);
    process.off('unhandledRejection', listener);
  };
}
