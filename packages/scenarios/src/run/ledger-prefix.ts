import { createHash } from 'node:crypto';
import type { StageOptions } from './rehearsal-stage.ts';

/**
 * In a store of its own a run's entries have the same ids for the same seed, so that two runs can be compared; in one
 * that outlives it, ids of different runs must never meet.
 */
export function ledgerPrefix({ plan, runId, upstreams, injector }: StageOptions): string {
  const origin = upstreams.size === 0 && injector === undefined ? plan.seed : runId;
  return createHash('sha256').update(origin).digest('hex').slice(0, 6);
}
