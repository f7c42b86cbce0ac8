import { arrivalSchedule, type Arrival } from '../../core/workload/arrivals.ts';
import { createCaptures } from '../../core/workload/capture.ts';
import { thinkMs, visitsOf, type Visit } from '../../core/workload/journeys.ts';
import type { Plan } from '../../core/plan.ts';
import { SOCKETS_MAX } from '../../core/target/target-workload.ts';
import type { WorkRequest, Workload } from '../../ports/workload.ts';
import { runCommandStep } from './command-step.ts';
import { createHttpClient } from './http-exchange.ts';
import { runHttpStep, unsentRequest, type HttpStepOptions } from './http-step.ts';
import { warmUp } from './warm-up.ts';
import type { WorkloadOptions } from './workload-options.ts';

/** The schedule is looked at so often; a request leaves at most this late. */
const TICK_MS = 1;
/** Steps of a journey draw from streams of their own. */
const STEP_STRIDE = 1_000_003;

/** For every request that may be waiting at once, and half as many again. */
function enoughSockets({ workload, patienceMs }: Plan, visits: readonly Visit[]): number {
  const longest = Math.max(1, ...visits.map(({ steps }) => steps.length));
  return Math.min(SOCKETS_MAX, Math.ceil((workload.perSecond * longest * patienceMs * 1.5) / 1_000) + 64);
}

/** Sends the plan's arrivals to the app, open loop: requests over HTTP, or commands. */
export function createWorkload(options: WorkloadOptions): Workload {
  const { plan } = options;
  const { workload } = plan;
  const visits = visitsOf(workload);
  const socketsMax = workload.sockets ?? enoughSockets(plan, visits);
  const client = createHttpClient(socketsMax, workload.connections);
  const schedule = arrivalSchedule(workload.perSecond, visits, (index) => options.draw('step', index), workload.order);
  const origin = new URL('/', options.url).href.slice(0, -1);
  const shared: HttpStepOptions = { ...options, origin, client, captures: createCaptures(), substitute: true };
  const aborted = new AbortController();
  const listeners: ((request: WorkRequest) => void)[] = [];
  const running = new Set<Promise<void>>();
  const thinking = new Set<NodeJS.Timeout>();
  let timer: NodeJS.Timeout | undefined;
  let ending = false;
  let beganMs = 0;
  let next = 0;

  const report = (request: WorkRequest): void => {
    for (const listener of listeners) listener(request);
  };
  /** Sends the visit's n-th step; the next is due when its user has seen the answer and thought about it. */
  const goOn = (visit: Visit, at: number, index: number, intended: number, http: HttpStepOptions): void => {
    const step = visit.steps[at];
    if (step === undefined) return;
    const thenThink = (): void => {
      if (visit.journey === null || at + 1 >= visit.steps.length || ending) return;
      const number = index + (at + 1) * STEP_STRIDE;
      const due = options.elapsed() + thinkMs(visit.journey.think, options.draw('think', number));
      const thought = (): void => {
        thinking.delete(timeout);
        goOn(visit, at + 1, index, due, http);
      };
      const timeout = setTimeout(thought, Math.max(0, due - options.elapsed()));
      thinking.add(timeout);
    };
    if (running.size >= socketsMax) {
      const detail = `all ${socketsMax} sockets were waiting for answers`;
      report({ ...unsentRequest(step, intended, options.elapsed()), detail });
      thenThink();
      return;
    }
    const arrival: Arrival = { index: index + at * STEP_STRIDE, intendedMs: intended - beganMs, step };
    const { command } = step;
    const one = (
      command === undefined || command === null
        ? runHttpStep(http, arrival, intended)
        : runCommandStep(options, arrival, command, intended, aborted.signal)
    ).then(report);
    running.add(one);
    void one.finally(() => {
      running.delete(one);
      thenThink();
    });
  };
  const arrive = ({ index, intendedMs, step: visit }: Arrival<Visit>): void => {
    const own = visit.journey === null ? shared : { ...shared, captures: createCaptures(), substitute: false };
    goOn(visit, 0, index, beganMs + intendedMs, own);
  };
  const stop = (): void => {
    ending = true;
    clearInterval(timer);
    for (const timeout of thinking) clearTimeout(timeout);
  };
  return {
    get inFlight() {
      return running.size;
    },
    onRequest(listener) {
      listeners.push(listener);
    },
    async prepare() {
      const throwaway = createHttpClient(socketsMax, workload.connections);
      await warmUp(throwaway);
      throwaway.close();
    },
    begin() {
      beganMs = options.elapsed();
      const tick = (): void => {
        const due = schedule.due(next, options.elapsed() - beganMs);
        next += due.length;
        for (const arrival of due) arrive(arrival);
      };
      timer = setInterval(tick, TICK_MS);
      tick();
    },
    async end() {
      stop();
      await Promise.all(running);
      client.close();
    },
    abort() {
      stop();
      aborted.abort();
      client.close();
    },
  };
}
