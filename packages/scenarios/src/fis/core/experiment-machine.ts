export type ActionStatus =
  | 'pending'
  | 'initiating'
  | 'running'
  | 'completed'
  | 'cancelled'
  | 'stopping'
  | 'stopped'
  | 'failed'
  | 'skipped';

export type ExperimentStatus =
  | 'pending'
  | 'initiating'
  | 'running'
  | 'completed'
  | 'stopping'
  | 'stopped'
  | 'failed'
  | 'cancelled';

/** An action of an experiment. Times are milliseconds on the clock that the events come with. */
export interface ActionRun {
  readonly status: ActionStatus;
  readonly reason: string | null;
  readonly startAfter: readonly string[];
  /** 0 for what has no length. */
  readonly durationMs: number;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  /** Its time is up and its effect is being taken back. */
  readonly ending: boolean;
}

export interface ExperimentRun {
  readonly status: ExperimentStatus;
  readonly reason: string | null;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly actions: Readonly<Record<string, ActionRun>>;
  /** How it ends once everything has been stopped. */
  readonly endsAs: 'stopped' | 'failed';
}

export type MachineEvent =
  /** Its targets are known; actions without any are skipped. */
  | { readonly kind: 'resolved'; readonly skip: readonly string[] }
  | { readonly kind: 'unresolved'; readonly reason: string }
  /** A preview: every action is skipped. */
  | { readonly kind: 'previewed' }
  /** It was not allowed to begin. */
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'action-running'; readonly action: string }
  | { readonly kind: 'action-failed'; readonly action: string; readonly reason: string }
  | { readonly kind: 'action-ended'; readonly action: string }
  | { readonly kind: 'time' }
  | { readonly kind: 'stop'; readonly reason: string };

export type MachineCommand = { readonly kind: 'begin' | 'end'; readonly action: string };

const OVER: ReadonlySet<string> = new Set(['completed', 'cancelled', 'stopped', 'failed', 'skipped']);
export const isOver = (status: ActionStatus | ExperimentStatus): boolean => OVER.has(status);

/** An experiment as it is created. */
export function newExperimentRun(
  actions: Readonly<Record<string, Pick<ActionRun, 'startAfter' | 'durationMs'>>>,
): ExperimentRun {
  const fresh = { status: 'pending', reason: null, startedMs: null, endedMs: null, ending: false } as const;
  return {
    status: 'pending',
    reason: null,
    startedMs: null,
    endedMs: null,
    endsAs: 'stopped',
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, { ...fresh, ...action }])),
  };
}

/** When time alone changes something next; null where it does not. */
export function nextMomentMs(run: ExperimentRun): number | null {
  const ends = Object.values(run.actions).flatMap(({ status, startedMs, durationMs, ending }) =>
    status === 'running' && !ending && startedMs !== null ? [startedMs + durationMs] : [],
  );
  return ends.length === 0 ? null : Math.min(...ends);
}

/** The life of an experiment: what an event makes of it, and what is to be done now. Events after its end change nothing. */
export function experimentStep(
  run: ExperimentRun,
  event: MachineEvent,
  nowMs: number,
): readonly [ExperimentRun, readonly MachineCommand[]] {
  if (isOver(run.status)) return [run, []];
  switch (event.kind) {
    case 'resolved': {
      const skipped = changeActions(run, event.skip, (action) =>
        over(action, 'skipped', 'No resources of its target were found.', nowMs),
      );
      return settle({ ...skipped, status: 'initiating', startedMs: nowMs }, nowMs);
    }
    case 'previewed': {
      const all = Object.keys(run.actions);
      const skipped = changeActions(run, all, (action) =>
        over(action, 'skipped', 'The actions mode is skip-all.', nowMs),
      );
      return settle({ ...skipped, startedMs: nowMs }, nowMs);
    }
    case 'unresolved':
      return [abandon({ ...run, startedMs: nowMs }, 'failed', event.reason, nowMs), []];
    case 'cancelled':
      return [abandon(run, 'cancelled', event.reason, nowMs), []];
    case 'action-running': {
      const begun = changeActions(run, [event.action], (action) =>
        action.status === 'initiating' ? { ...action, status: 'running', startedMs: nowMs } : action,
      );
      return timePassed(begun.status === 'initiating' ? { ...begun, status: 'running' } : begun, nowMs);
    }
    case 'action-failed': {
      const failed = changeActions(run, [event.action], (action) => over(action, 'failed', event.reason, nowMs));
      return stopAll(failed, 'failed', `Action ${event.action} failed: ${event.reason}`, nowMs);
    }
    case 'action-ended': {
      const ended = changeActions(run, [event.action], (action) => {
        if (isOver(action.status)) return action;
        return over(action, action.status === 'stopping' ? 'stopped' : 'completed', action.reason, nowMs);
      });
      return settle(ended, nowMs);
    }
    case 'time':
      return timePassed(run, nowMs);
    case 'stop':
      return run.status === 'stopping' ? [run, []] : stopAll(run, 'stopped', event.reason, nowMs);
    default:
      return event satisfies never;
  }
}

function changeActions(
  run: ExperimentRun,
  names: readonly string[],
  change: (action: ActionRun) => ActionRun,
): ExperimentRun {
  const actions = Object.entries(run.actions).map(([name, action]) => [
    name,
    names.includes(name) ? change(action) : action,
  ]);
  return { ...run, actions: Object.fromEntries(actions) };
}

const over = (action: ActionRun, status: ActionStatus, reason: string | null, nowMs: number): ActionRun => ({
  ...action,
  status,
  reason,
  endedMs: nowMs,
  ending: false,
});

/** Ends it before it has begun. */
function abandon(run: ExperimentRun, status: 'failed' | 'cancelled', reason: string, nowMs: number): ExperimentRun {
  const cancelled = changeActions(run, Object.keys(run.actions), (action) => over(action, 'cancelled', null, nowMs));
  return { ...cancelled, status, reason, endedMs: nowMs };
}

/** Takes back what has lasted its time. */
function timePassed(run: ExperimentRun, nowMs: number): readonly [ExperimentRun, readonly MachineCommand[]] {
  const due = Object.entries(run.actions)
    .filter(([, { status, ending, startedMs, durationMs }]) => {
      return status === 'running' && !ending && startedMs !== null && startedMs + durationMs <= nowMs;
    })
    .map(([name]) => name);
  const ending = changeActions(run, due, (action) => ({ ...action, ending: true }));
  return [ending, due.map((action) => ({ kind: 'end', action }))];
}

/** Begins what waits for nothing any more, and ends the experiment where nothing is left. */
function settle(run: ExperimentRun, nowMs: number): readonly [ExperimentRun, readonly MachineCommand[]] {
  const entries = Object.entries(run.actions);
  if (entries.every(([, { status }]) => isOver(status))) {
    const status = run.status === 'stopping' ? run.endsAs : 'completed';
    const reason = status === 'completed' ? 'Experiment completed.' : run.reason;
    return [{ ...run, status, reason, endedMs: nowMs }, []];
  }
  if (run.status === 'stopping') return [run, []];
  const done = (name: string): boolean => ['completed', 'skipped'].includes(run.actions[name]?.status ?? '');
  const ready = entries
    .filter(([, { status, startAfter }]) => status === 'pending' && startAfter.every(done))
    .map(([name]) => name);
  const begun = changeActions(run, ready, (action) => ({ ...action, status: 'initiating' }));
  return [begun, ready.map((action) => ({ kind: 'begin', action }))];
}

function stopAll(
  run: ExperimentRun,
  endsAs: 'stopped' | 'failed',
  reason: string,
  nowMs: number,
): readonly [ExperimentRun, readonly MachineCommand[]] {
  const active = Object.entries(run.actions)
    .filter(([, { status }]) => status === 'running' || status === 'initiating')
    .map(([name]) => name);
  const stopping = changeActions(run, Object.keys(run.actions), (action) => {
    if (action.status === 'pending') return over(action, 'cancelled', 'The experiment was stopped.', nowMs);
    return isOver(action.status) ? action : { ...action, status: 'stopping', reason };
  });
  const [next, commands] = settle({ ...stopping, status: 'stopping', reason, endsAs }, nowMs);
  return [next, [...commands, ...active.map((action) => ({ kind: 'end', action }) as const)]];
}
