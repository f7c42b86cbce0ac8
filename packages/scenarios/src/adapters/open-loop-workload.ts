import type { StepClass } from '@gameday/reporter/journal';
import { arrivalSchedule, type Arrival } from '../core/arrivals.ts';
import type { Ledger, LedgerEntry } from '../core/ledger.ts';
import { createCaptures } from '../core/capture.ts';
import type { Plan, PlannedStep } from '../core/plan.ts';
import type { WorkRequest, Workload } from '../ports/workload.ts';
import type { CommandOutcome } from './guarded-command.ts';
import { createHttpClient } from './http-exchange.ts';
import { runHttpStep } from './http-step.ts';

export interface WorkloadOptions {
  readonly plan: Plan;
  /** Base URL of the app. */
  readonly url: string;
  readonly ledger: Ledger;
  /** Milliseconds since the run began. */
  readonly elapsed: () => number;
  /** A number in [0, 1) for a purpose and an arrival, the same in every run of the same seed. */
  readonly draw: (purpose: string, index: number) => number;
  readonly onEntry: (entry: LedgerEntry) => void;
  /** A new W3C trace context for each HTTP request; none is sent where this is left out. */
  readonly traceparent?: (() => string) | undefined;
  /** Runs a step's command to its end, its patience's or the signal's, whichever is first. */
  readonly runCommand: (
    words: readonly string[],
    patienceMs: number,
    index: number,
    signal: AbortSignal,
  ) => Promise<CommandOutcome>;
}

/** The schedule is looked at so often; a request leaves at most this late. */
const TICK_MS = 2;
const SOCKETS_MAX = 8_192;

/** Sends the plan's arrivals to the app, open loop: requests over HTTP, or commands. */
export function createWorkload(options: WorkloadOptions): Workload {
  const { plan } = options;
  // Every request that may be waiting at once, and half as many again.
  const socketsMax = Math.min(SOCKETS_MAX, Math.ceil((plan.workload.perSecond * plan.patienceMs * 1.5) / 1_000) + 64);
  const client = createHttpClient(socketsMax);
  const schedule = arrivalSchedule(
    plan.workload.perSecond,
    plan.workload.steps,
    (index) => options.draw('step', index),
    plan.workload.order,
  );
  const http = { ...options, client, captures: createCaptures() };
  const aborted = new AbortController();
  const listeners: ((request: WorkRequest) => void)[] = [];
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let beganMs = 0;
  let next = 0;

  const report = (request: WorkRequest): void => {
    for (const listener of listeners) listener(request);
  };
  const launch = (arrival: Arrival): void => {
    const intended = beganMs + arrival.intendedMs;
    if (running.size >= socketsMax) {
      report(unsent(arrival.step, intended, options.elapsed(), `all ${socketsMax} sockets were waiting for answers`));
      return;
    }
    const one = runStep(arrival, intended).then(report);
    running.add(one);
    void one.finally(() => running.delete(one));
  };
  const runStep = (arrival: Arrival, intended: number): Promise<WorkRequest> => {
    const { command } = arrival.step;
    return command === undefined || command === null
      ? runHttpStep(http, arrival, intended)
      : runCommandStep(options, arrival, command, intended, aborted.signal);
  };
  return {
    get inFlight() {
      return running.size;
    },
    onRequest(listener) {
      listeners.push(listener);
    },
    begin() {
      beganMs = options.elapsed();
      const tick = (): void => {
        const due = schedule.due(next, options.elapsed() - beganMs);
        next += due.length;
        for (const arrival of due) launch(arrival);
      };
      timer = setInterval(tick, TICK_MS);
      tick();
    },
    async end() {
      clearInterval(timer);
      await Promise.all(running);
      client.close();
    },
    abort() {
      clearInterval(timer);
      aborted.abort();
      client.close();
    },
  };
}

function unsent(step: PlannedStep, intended: number, now: number, detail: string): WorkRequest {
  return {
    step: step.id,
    class: step.class satisfies StepClass,
    intended,
    sent: null,
    ended: now,
    status: null,
    outcome: 'unsent',
    detail,
    entry: null,
  };
}

async function runCommandStep(
  { elapsed, runCommand }: WorkloadOptions,
  { index, step }: Arrival,
  { words, withinMs }: NonNullable<PlannedStep['command']>,
  intended: number,
  signal: AbortSignal,
): Promise<WorkRequest> {
  const sent = elapsed();
  const outcome = await runCommand(words, withinMs - (sent - intended), index, signal);
  const common = { step: step.id, class: step.class, intended, sent, ended: elapsed(), status: null, entry: null };
  switch (outcome.kind) {
    case 'stopped':
      return { ...common, outcome: 'hang', detail: `not done within ${withinMs} ms` };
    case 'failed':
      return { ...common, outcome: 'connection', detail: outcome.reason };
    case 'exited': {
      const { code, signal: by, lastLine } = outcome;
      const status = code;
      if (code === 0) return { ...common, status, outcome: 'good', detail: '' };
      const how = code === null ? `killed by ${by ?? 'a signal'}` : `exit code ${code}`;
      return { ...common, status, outcome: 'wrong-status', detail: `${how}: ${lastLine.slice(0, 200)}` };
    }
    default:
      return outcome satisfies never;
  }
}
