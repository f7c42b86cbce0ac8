import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedTarget } from '../core/plan.ts';
import { TargetError } from '../ports/target.ts';

const RETRY_EVERY_MS = 50;

/**
 * Asks the ready route until it answers with the expected status.
 * @param tail what the target printed last, for the error
 * @throws {TargetError} where it does not within the target's own limit
 */
export async function waitUntilReady(
  url: string,
  ready: PlannedTarget['ready'],
  signal: AbortSignal,
  tail: () => string,
): Promise<void> {
  const address = new URL(ready.path, url).href;
  const started = performance.now();
  let last = 'no answer';
  while (performance.now() - started < ready.withinMs) {
    try {
      const answer = await fetch(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]) });
      await answer.arrayBuffer();
      if (answer.status === ready.status) return;
      last = `status ${answer.status}, expected ${ready.status}`;
    } catch (error) {
      if (signal.aborted) return;
      last = reason(error);
    }
    await sleep(RETRY_EVERY_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
  }
  throw new TargetError(
    `the target was not ready within ${ready.withinMs / 1000} s: GET ${address}: ${last}`,
    `${tail()}; set ready.path, ready.status or ready.within in chaos.yaml if the check is wrong`,
  );
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  return 'code' in cause ? String(cause.code) : cause.message;
}
