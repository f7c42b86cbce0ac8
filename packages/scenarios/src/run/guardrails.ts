import { abortWatch, watch, type WatchedOutcome } from '../core/watch/guardrail.ts';
import type { Plan } from '../core/plan.ts';

const LOOK_EVERY_MS = 250;

export interface Guardrails {
  /** What became of a request. */
  request(outcome: WatchedOutcome): void;
  stop(): void;
}

export interface GuardrailOptions {
  readonly limits: Plan['guardrails'];
  readonly schedule: (delayMs: number, callback: () => void) => () => void;
  readonly fileExists: (path: string) => boolean;
  /** Called at most once. */
  readonly trip: (guardrail: string, detail: string) => void;
}

/** Watches a run from its first moment and says when it has to end: run time, the users' plight, a stop file. */
export function startGuardrails({ limits, schedule, fileExists, trip }: GuardrailOptions): Guardrails {
  const { runMsMax, abortWhen = [], stopFile = null } = limits;
  let watches = abortWhen.map(abortWatch);
  let over = false;
  let cancelLook: (() => void) | undefined;
  const tripOnce = (guardrail: string, detail: string): void => {
    if (over) return;
    over = true;
    trip(guardrail, detail);
  };
  const cancelLimit = schedule(runMsMax, () =>
    tripOnce('run time', `the run took longer than ${Math.round(runMsMax / 6_000) / 10} minutes`),
  );
  const look = (path: string): void => {
    if (fileExists(path)) tripOnce('stop file', `${path} exists`);
    else cancelLook = schedule(LOOK_EVERY_MS, () => look(path));
  };
  if (stopFile !== null) cancelLook = schedule(0, () => look(stopFile));
  return {
    request(outcome) {
      watches = watches.map((one) => watch(one, outcome));
      const tripped = watches.find((one) => one.tripped !== null)?.tripped;
      if (tripped !== undefined && tripped !== null) tripOnce('what users see', tripped);
    },
    stop() {
      over = true;
      cancelLimit();
      cancelLook?.();
    },
  };
}
