import type { StepClass, WorkOutcome } from '@gameday/reporter/journal';
import type { PlannedExpectation } from '../plan.ts';

/** What the hypothesis is judged by: one entry per workload request. */
export interface JudgedRequest {
  readonly step: string;
  readonly class: StepClass;
  readonly outcome: WorkOutcome;
  readonly detail: string;
  /** When it was due, and when it was answered or given up; milliseconds. */
  readonly intended: number;
  readonly ended: number;
}

export interface SteadyState {
  readonly held: boolean;
  /** One sentence for the reader. */
  readonly detail: string;
}

/** A healthy app answers at least this share of each step's requests well while nothing is broken. */
const GOOD_SHARE_MIN = 0.95;

/**
 * The steady-state hypothesis over a stretch of the run. An app that is broken before the outage tells nothing about it.
 * @param expectations what the scenario asks for; where it asks for nothing, 95 % of each step's requests are to be good
 */
export function judgeSteadyState(
  requests: readonly JudgedRequest[],
  expectations: readonly PlannedExpectation[] = [],
): SteadyState {
  if (requests.length === 0) return { held: false, detail: 'No request came back.' };
  const wanting =
    expectations.length === 0
      ? [...new Set(requests.map(({ step }) => step))].flatMap((step) => brokenStep(step, requests))
      : expectations.flatMap((expectation) => unmet(expectation, requests));
  if (wanting.length > 0) return { held: false, detail: `The app is not healthy: ${wanting.join('; ')}.` };
  const good = requests.filter(({ outcome }) => outcome === 'good').length;
  return { held: true, detail: `${good} of ${requests.length} requests were good.` };
}

function brokenStep(step: string, requests: readonly JudgedRequest[]): string[] {
  const all = requests.filter((request) => request.step === step);
  const good = all.filter(({ outcome }) => outcome === 'good').length;
  if (good / all.length >= GOOD_SHARE_MIN) return [];
  return [`${step}: ${good} of ${all.length} good (${whatWasWrong(all)})`];
}

function unmet(expectation: PlannedExpectation, requests: readonly JudgedRequest[]): string[] {
  const { class: stepClass, goodShareMin, withinMs } = expectation;
  const all = requests.filter((request) => request.class === stepClass);
  const wanted = `${Math.round(goodShareMin * 1_000) / 10} %`;
  const inTime = withinMs === null ? '' : ` within ${withinMs} ms`;
  if (all.length === 0) return [`no ${stepClass} request came back, where ${wanted} were to be good`];
  const good = all.filter(
    ({ outcome, intended, ended }) => outcome === 'good' && (withinMs === null || ended - intended <= withinMs),
  ).length;
  if (good / all.length >= goodShareMin) return [];
  return [`${good} of ${all.length} ${stepClass} requests good${inTime}, not ${wanted} (${whatWasWrong(all)})`];
}

function whatWasWrong(requests: readonly JudgedRequest[]): string {
  const example = requests.find(({ outcome }) => outcome !== 'good');
  return example === undefined ? 'too slow' : example.detail || example.outcome;
}
