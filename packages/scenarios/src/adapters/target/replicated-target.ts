import type { Target } from '../../ports/target.ts';

/** Several replicas as one target. `close` is called after the last has stopped. */
export function replicatedTarget(replicas: readonly Target[], close: () => Promise<void>): Target {
  return {
    async ready() {
      await Promise.all(replicas.map((replica) => replica.ready()));
    },
    onStart(listener) {
      for (const replica of replicas) replica.onStart(listener);
    },
    onReadyAgain(listener) {
      for (const replica of replicas) replica.onReadyAgain(listener);
    },
    onOutput(listener) {
      for (const replica of replicas) replica.onOutput(listener);
    },
    onExit(listener) {
      for (const replica of replicas) replica.onExit(listener);
    },
    strike(blow, which) {
      const struck = which === null ? replicas : replicas.slice(which - 1, which);
      if (struck.length === 0) return `there is no replica ${which}, only ${replicas.length}`;
      return struck.map((replica) => replica.strike(blow, which)).find((problem) => problem !== null) ?? null;
    },
    async stop() {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await close();
    },
  };
}
