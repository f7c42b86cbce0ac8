import type { Plan } from '../plan.ts';

/**
 * Which replication the scenario wants paused and nobody here can: only the embedded S3's is ours.
 * @param foreign regions whose S3 is not Gameday's own
 */
export function replicationWarnings({ events = [] }: Plan, foreign: readonly string[]): readonly string[] {
  const regions = events.flatMap(({ action }) => (action.do === 'pause-replication' ? action.regions : []));
  const beyond = [...new Set(regions)].filter((region) => foreign.includes(region));
  if (beyond.length === 0) return [];
  return [
    `The scenario pauses replication out of ${beyond.join(', ')}. That is not possible: the S3 there is not Gameday's ` +
      "own. Everything else of the scenario will happen; pause it by that S3's own means, or take the embedded S3.",
  ];
}
