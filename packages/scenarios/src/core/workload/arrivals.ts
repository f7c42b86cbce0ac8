import type { PlannedStep } from '../plan.ts';

/** One arrival that is due: the n-th of the run, what it does, and when the schedule wants it sent. */
export interface Arrival<Doing extends { readonly weight: number } = PlannedStep> {
  readonly index: number;
  /** Milliseconds since the load began. */
  readonly intendedMs: number;
  readonly step: Doing;
}

/**
 * An open-loop schedule: arrival n is due at n / perSecond, whatever became of the ones before, as users do not wait
 * for each other. Which step it runs is drawn by weight, or comes in its turn.
 */
export interface ArrivalSchedule<Doing extends { readonly weight: number } = PlannedStep> {
  /** Every arrival from index `from` that is due at or before `elapsedMs`. */
  due(from: number, elapsedMs: number): Arrival<Doing>[];
  /** When arrival `index` is due. */
  dueAtMs(index: number): number;
}

/**
 * @param draw a number in [0, 1) for arrival n, the same in every run of the same seed
 */
export function arrivalSchedule<Doing extends { readonly weight: number }>(
  perSecond: number,
  steps: readonly Doing[],
  draw: (index: number) => number,
  order: 'drawn' | 'in-turn' = 'drawn',
): ArrivalSchedule<Doing> {
  const total = steps.reduce((sum, step) => sum + step.weight, 0);
  const dueAtMs = (index: number): number => (index * 1000) / perSecond;
  const stepOf = (index: number): Doing | undefined => {
    if (order === 'in-turn') return steps[index % steps.length];
    let left = draw(index) * total;
    return steps.find((step) => (left -= step.weight) < 0) ?? steps.at(-1);
  };
  return {
    dueAtMs,
    due(from, elapsedMs) {
      const arrivals: Arrival<Doing>[] = [];
      for (let index = from; dueAtMs(index) <= elapsedMs; index += 1) {
        const step = stepOf(index);
        if (step === undefined) break;
        arrivals.push({ index, intendedMs: dueAtMs(index), step });
      }
      return arrivals;
    },
  };
}
