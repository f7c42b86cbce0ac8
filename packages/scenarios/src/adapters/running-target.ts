import type { PlannedTarget } from '../core/plan.ts';
import type { Target } from '../ports/target.ts';
import { waitUntilReady } from './ready-check.ts';

/** A target that somebody else started and will stop. */
export function runningTarget(target: PlannedTarget, url: string): Target {
  const stopped = new AbortController();
  return {
    pid: null,
    ready: () => waitUntilReady(url, target.ready, stopped.signal, () => 'it was not started by us'),
    onOutput: () => {},
    onExit: () => {},
    async stop() {
      stopped.abort();
    },
  };
}
