import type { PlannedTarget } from '../../core/plan.ts';
import type { Target } from '../../ports/target.ts';
import { waitUntilReady } from './ready-check.ts';

/** A target that somebody else started and will stop. */
export function runningTarget(target: Pick<PlannedTarget, 'ready'>, url: string): Target {
  const stopped = new AbortController();
  return {
    ready: () => waitUntilReady(url, target.ready, stopped.signal, () => null),
    onStart: () => {},
    onReadyAgain: () => {},
    onOutput: () => {},
    onExit: () => {},
    strike: () => 'the target was not started by Gameday',
    async stop() {
      stopped.abort();
    },
  };
}
