import type { PlannedJourney, PlannedStep, PlannedWorkload } from '../plan.ts';

/** What an arrival does: steps one after the other, with pauses for thought; a step that stands alone is one of one. */
export interface Visit {
  readonly weight: number;
  readonly steps: readonly PlannedStep[];
  /** Null for a step that stands alone. */
  readonly journey: PlannedJourney | null;
}

/** Everything that can arrive, with its weight. */
export function visitsOf({ steps, journeys = [] }: PlannedWorkload): readonly Visit[] {
  const inJourneys = new Set(journeys.flatMap((journey) => journey.steps));
  return [
    ...steps
      .filter(({ id }) => !inJourneys.has(id))
      .map((step): Visit => ({ weight: step.weight, steps: [step], journey: null })),
    ...journeys.map((journey): Visit => {
      const named = journey.steps.flatMap((id) => steps.find((step) => step.id === id) ?? []);
      return { weight: journey.weight, steps: named, journey };
    }),
  ];
}

/** How often a second each step is due, by its id. */
export function stepRates(workload: PlannedWorkload): ReadonlyMap<string, number> {
  const visits = visitsOf(workload);
  const total = visits.reduce((sum, { weight }) => sum + weight, 0);
  const rates = new Map<string, number>();
  for (const { weight, steps } of visits) {
    for (const { id } of steps) rates.set(id, (rates.get(id) ?? 0) + (workload.perSecond * weight) / total);
  }
  return rates;
}

/** A pause for thought. @param draw in [0, 1) @returns milliseconds; an exponential one is at most ten times the mean */
export function thinkMs({ kind, meanMs }: PlannedJourney['think'], draw: number): number {
  switch (kind) {
    case 'fixed':
      return meanMs;
    case 'uniform':
      return 2 * meanMs * draw;
    case 'exponential':
      return Math.min(10, -Math.log(1 - draw)) * meanMs;
    default:
      return kind satisfies never;
  }
}
