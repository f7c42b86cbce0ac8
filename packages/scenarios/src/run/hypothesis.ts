import type { EntryOf } from '@gameday/reporter/journal';
import type { Plan } from '../core/plan.ts';
import { judgeSteadyState, type JudgedRequest } from '../core/watch/steady-state.ts';

type Check = Omit<EntryOf<'hypothesis.checked'>, 't' | 'type'>;

/** Collects what the steady-state hypothesis is judged by, stretch by stretch. */
export interface Hypothesis {
  /** @param request with its times in milliseconds since the load began */
  request(request: JudgedRequest): void;
  before(): Check;
  /** Phases of the outage of which the scenario expects something, and the recovery. */
  afterwards(): Check[];
}

export function createHypothesis(plan: Plan): Hypothesis {
  const expectations = plan.expectations ?? [];
  const asked = plan.phases.filter(
    ({ id, stage }) =>
      stage !== 'incident' || expectations.some(({ when, phase }) => when === 'during' && phase === id),
  );
  // The recovery's first half is for recovering; the second shows whether it is over.
  const stretches = asked.map(({ id, stage, startMs, endMs }) => ({
    id,
    stage,
    startMs: stage === 'recovery' ? (startMs + endMs) / 2 : startMs,
    endMs,
    requests: [] as JudgedRequest[],
  }));
  const judge = (stretch: (typeof stretches)[number]): Check => {
    const when = ({ baseline: 'before', incident: 'during', recovery: 'after' } as const)[stretch.stage];
    const own = expectations.filter((one) => one.when === when && (when !== 'during' || one.phase === stretch.id));
    const verdict = judgeSteadyState(stretch.requests, own);
    return { when, ...(when === 'during' ? { phase: stretch.id } : {}), ...verdict };
  };
  const nothingSeen: Check = { when: 'before', held: false, detail: 'The plan has no baseline.' };
  return {
    request(request) {
      const stretch = stretches.find(({ startMs, endMs }) => startMs <= request.intended && request.intended < endMs);
      stretch?.requests.push(request);
    },
    before: () => stretches.filter(({ stage }) => stage === 'baseline').map(judge)[0] ?? nothingSeen,
    afterwards: () => stretches.filter(({ stage }) => stage !== 'baseline').map(judge),
  };
}
