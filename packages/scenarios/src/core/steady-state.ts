import type { WorkOutcome, StepClass } from '@gameday/reporter/journal';

/** What the hypothesis is judged by: one entry per workload request of the baseline. */
export interface BaselineOutcome {
  readonly step: string;
  readonly class: StepClass;
  readonly outcome: WorkOutcome;
  readonly detail: string;
}

export interface SteadyState {
  readonly held: boolean;
  /** One sentence for the reader. */
  readonly detail: string;
}

/** A healthy app answers at least this share of each class's requests well while nothing is broken. */
const GOOD_SHARE_MIN = 0.95;

/**
 * The steady-state hypothesis: with nothing broken, every class of routes works. An app that is broken before the
 * outage tells nothing about the outage.
 */
export function judgeSteadyState(outcomes: readonly BaselineOutcome[]): SteadyState {
  if (outcomes.length === 0) return { held: false, detail: 'No request came back while nothing was broken.' };
  const broken = [...new Set(outcomes.map((outcome) => outcome.step))].flatMap((step) => {
    const all = outcomes.filter((outcome) => outcome.step === step);
    const good = all.filter((one) => one.outcome === 'good').length;
    if (good / all.length >= GOOD_SHARE_MIN) return [];
    const example = all.find((one) => one.outcome !== 'good');
    return [`${step}: ${good} of ${all.length} good (${example?.detail || example?.outcome || 'no detail'})`];
  });
  if (broken.length === 0) {
    const good = outcomes.filter((one) => one.outcome === 'good').length;
    return { held: true, detail: `${good} of ${outcomes.length} requests were good with nothing broken.` };
  }
  return { held: false, detail: `The app is not healthy with nothing broken: ${broken.join('; ')}.` };
}
