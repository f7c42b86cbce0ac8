import type { RunEnd } from '@gameday/reporter/journal';
import type { PlannedPhase } from '../plan.ts';

/** Where a run stands. It only ever moves forward. */
export type Stage = 'preparing' | 'baseline' | 'judging' | 'incident' | 'recovery' | 'cooling' | 'auditing' | 'ended';

export interface ExperimentState {
  readonly stage: Stage;
  readonly phases: readonly PlannedPhase[];
  /** Index of the phase in force; -1 before the load. */
  readonly phase: number;
  /** Milliseconds without load between the recovery and the audit. */
  readonly cooldownMs: number;
}

/** What happened in the world. */
export type ExperimentEvent =
  | { readonly kind: 'target-ready' }
  /** The clock passed the end of the phase in force. */
  | { readonly kind: 'phase-over' }
  | { readonly kind: 'steady-state'; readonly held: boolean; readonly detail: string }
  /** The load has stopped and its last request is answered or given up. */
  | { readonly kind: 'load-drained' }
  | { readonly kind: 'cooled-down' }
  | { readonly kind: 'audited' }
  | { readonly kind: 'target-exited'; readonly detail: string }
  | { readonly kind: 'interrupted'; readonly detail: string }
  | { readonly kind: 'guardrail'; readonly guardrail: string; readonly detail: string }
  | { readonly kind: 'tool-failed'; readonly detail: string };

/** What is to be done about it, in this order. */
export type Command =
  | { readonly kind: 'begin-load' }
  | { readonly kind: 'enter-phase'; readonly phase: PlannedPhase }
  | { readonly kind: 'leave-phase'; readonly phase: PlannedPhase }
  | { readonly kind: 'judge-steady-state' }
  | { readonly kind: 'inject' }
  | { readonly kind: 'heal' }
  /** No more requests; what is in flight may finish. */
  | { readonly kind: 'end-load' }
  /** No more requests, and nobody waits for those in flight. */
  | { readonly kind: 'abort-load' }
  | { readonly kind: 'cool-down'; readonly forMs: number }
  | { readonly kind: 'audit' }
  | { readonly kind: 'end'; readonly reason: RunEnd; readonly detail: string };

export const experimentStart = (phases: readonly PlannedPhase[], cooldownMs = 0): ExperimentState => ({
  stage: 'preparing',
  phases,
  phase: -1,
  cooldownMs,
});

type Step = readonly [ExperimentState, readonly Command[]];

const end = (state: ExperimentState, reason: RunEnd, detail: string): Step => [
  { ...state, stage: 'ended' },
  [{ kind: 'heal' }, { kind: 'abort-load' }, { kind: 'end', reason, detail }],
];

/**
 * The whole life of a run as a function: before, inject, heal, recover, audit, done. Faults begin only after the
 * steady-state hypothesis has held, and every way out heals first.
 */
export function experimentStep(state: ExperimentState, event: ExperimentEvent): Step {
  if (state.stage === 'ended') return [state, []];
  switch (event.kind) {
    case 'interrupted':
      return end(state, 'interrupted', event.detail);
    case 'guardrail':
      return end(state, 'guardrail', event.detail);
    case 'tool-failed':
      return end(state, 'tool-error', event.detail);
    case 'target-exited':
      // Before the outage a dead target means that there is nothing to rehearse; in it, that is what the app does.
      return state.stage === 'preparing' || state.stage === 'baseline' || state.stage === 'judging'
        ? end(state, 'target-failed', event.detail)
        : [state, []];
    case 'target-ready':
      return state.stage === 'preparing' ? enter(state, 0, [{ kind: 'begin-load' }]) : [state, []];
    case 'phase-over':
      return leave(state);
    case 'steady-state':
      if (state.stage !== 'judging') return [state, []];
      return event.held
        ? enter(state, state.phase + 1, [{ kind: 'inject' }])
        : end(state, 'steady-state-failed', event.detail);
    case 'load-drained':
      if (state.stage !== 'recovery') return [state, []];
      return state.cooldownMs > 0
        ? [{ ...state, stage: 'cooling' }, [{ kind: 'cool-down', forMs: state.cooldownMs }]]
        : [{ ...state, stage: 'auditing' }, [{ kind: 'audit' }]];
    case 'cooled-down':
      return state.stage === 'cooling' ? [{ ...state, stage: 'auditing' }, [{ kind: 'audit' }]] : [state, []];
    case 'audited':
      return state.stage === 'auditing'
        ? [{ ...state, stage: 'ended' }, [{ kind: 'end', reason: 'completed', detail: '' }]]
        : [state, []];
    default:
      return event satisfies never;
  }
}

function enter(state: ExperimentState, index: number, before: readonly Command[]): Step {
  const phase = state.phases[index];
  if (phase === undefined) return end(state, 'tool-error', `The plan has no phase ${index}.`);
  return [{ ...state, stage: phase.stage, phase: index }, [...before, { kind: 'enter-phase', phase }]];
}

function leave(state: ExperimentState): Step {
  const phase = state.phases[state.phase];
  if (phase === undefined || phase.stage !== state.stage) return [state, []];
  const left: Command = { kind: 'leave-phase', phase };
  const next = state.phases[state.phase + 1];
  // The last phase is over: what is in flight may finish, then the ledger is audited.
  if (next === undefined) return [state, [left, { kind: 'end-load' }]];
  if (phase.stage === 'baseline' && next.stage !== 'baseline') {
    return [{ ...state, stage: 'judging' }, [left, { kind: 'judge-steady-state' }]];
  }
  const heal: readonly Command[] = phase.stage === 'incident' && next.stage === 'recovery' ? [{ kind: 'heal' }] : [];
  return enter(state, state.phase + 1, [left, ...heal]);
}
