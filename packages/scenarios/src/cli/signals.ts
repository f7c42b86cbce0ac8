/** Calls back on the first signal that asks us to end; a second one ends the process at once. */
export function onInterrupt(first: (signal: NodeJS.Signals) => void, exitCode: number): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let asked = false;
  const listener = (signal: NodeJS.Signals): void => {
    // Faults live in this process and end with it; the target's guardian sees us go and stops the target.
    if (asked) process.exit(exitCode);
    asked = true;
    first(signal);
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
