import { JOURNAL_VERSION, type Entry } from '@gameday/reporter/journal';
import { exchangeEntry, unansweredEntry } from '../core/life/exchange-entry.ts';
import { experimentStart, experimentStep, type Command, type ExperimentEvent } from '../core/life/experiment.ts';
import type { Plan } from '../core/plan.ts';
import { TargetError } from '../ports/target.ts';
import type { WorkRequest } from '../ports/workload.ts';
import type { ExperimentPorts } from './experiment-ports.ts';
import { createFaultLog } from './fault-log.ts';
import { startGuardrails } from './guardrails.ts';
import { createHypothesis } from './hypothesis.ts';
import { journalTarget } from './journal-target.ts';
import { createSideEvents } from './side-events.ts';
import type { RunOutcome } from './run-outcome.ts';

/** A run under way. */
export interface Experiment {
  /** Resolves when the journal has its last entry; never rejects. */
  readonly finished: Promise<RunOutcome>;
  /** Tells the run of something from outside of it: Ctrl-C, a guardrail, a failing disk. */
  tell(event: Extract<ExperimentEvent, { kind: 'interrupted' | 'guardrail' | 'tool-failed' }>): void;
  /** Journals what a nemesis elsewhere did. @param event unique in the run */
  note(event: string, what: string): void;
}

/** Carries a plan out. The decisions are `core/experiment.ts`'s; this is where they meet clock, sockets and disk. */
export function runExperiment(plan: Plan, ports: ExperimentPorts): Experiment {
  const { clock, journal, nemesis, target, workload } = ports;
  const faults = createFaultLog(plan.timeline, ports);
  const audit = new AbortController();
  const sideEvents = createSideEvents(plan, ports);
  const hypothesis = createHypothesis(plan);
  const timers: (() => void)[] = [];
  let state = experimentStart(plan.phases, plan.cooldownMs);
  let loadBeganMs = 0;
  let finish: (outcome: RunOutcome) => void;
  const finished = new Promise<RunOutcome>((resolve) => {
    finish = resolve;
  });

  const elapsed = (): number => clock.now() - ports.originMs;
  const write = (entry: Entry): void => journal.write({ ...entry, t: round(entry.t) });

  const dispatch = (event: ExperimentEvent): void => {
    if (event.kind === 'guardrail' && state.stage !== 'ended') {
      write({ t: elapsed(), type: 'guardrail.tripped', guardrail: event.guardrail, detail: event.detail });
    }
    const [next, commands] = experimentStep(state, event);
    state = next;
    try {
      for (const command of commands) perform(command);
    } catch (error) {
      // Whatever we do wrong ourselves, the run still heals and still ends.
      dispatch({ kind: 'tool-failed', detail: error instanceof Error ? error.message : String(error) });
    }
  };
  const later = (delayMs: number, event: ExperimentEvent): void => {
    timers.push(clock.schedule(Math.max(0, delayMs), () => dispatch(event)));
  };

  /** What is told of after a stage is over belongs to none. */
  const whenTold = (event: ExperimentEvent): void => {
    void nemesis.account().then(() => dispatch(event));
  };

  const perform = (command: Command): void => {
    switch (command.kind) {
      case 'begin-load':
        loadBeganMs = elapsed();
        workload.begin();
        ports.watch.begin();
        return;
      case 'enter-phase':
        write({ t: elapsed(), type: 'phase.started', phase: command.phase.id });
        later(loadBeganMs + command.phase.endMs - elapsed(), { kind: 'phase-over' });
        return;
      case 'leave-phase':
        write({ t: elapsed(), type: 'phase.ended', phase: command.phase.id });
        void journal.sync();
        return;
      case 'judge-steady-state':
        dispatch({ kind: 'steady-state', ...checked(hypothesis.before()) });
        return;
      case 'inject': {
        const sinceLoadMs = Math.max(plan.phases[state.phase]?.startMs ?? 0, elapsed() - loadBeganMs);
        faults.begin(sinceLoadMs);
        sideEvents.begin(sinceLoadMs);
        return;
      }
      case 'heal':
        faults.end();
        sideEvents.end();
        return;
      case 'end-load':
        void workload.end().then(() => whenTold({ kind: 'load-drained' }));
        return;
      case 'abort-load':
        workload.abort();
        return;
      case 'cool-down':
        timers.push(clock.schedule(command.forMs, () => whenTold({ kind: 'cooled-down' })));
        return;
      case 'audit':
        for (const check of hypothesis.afterwards()) checked(check);
        void auditAll();
        return;
      case 'end':
        endRun(command.reason, command.detail);
        return;
      default:
        command satisfies never;
    }
  };
  const checked = (check: ReturnType<typeof hypothesis.before>) => {
    write({ t: elapsed(), type: 'hypothesis.checked', ...check });
    return check;
  };
  const auditAll = async (): Promise<void> => {
    try {
      for (const auditor of ports.auditors) {
        await auditor.audit(ports.ledger, (finding) => write({ t: elapsed(), ...finding }), audit.signal);
      }
      dispatch({ kind: 'audited' });
    } catch (error) {
      dispatch({ kind: 'tool-failed', detail: `the audit failed: ${String(error)}` });
    }
  };
  const endRun = (reason: RunOutcome['reason'], detail: string): void => {
    for (const cancel of timers) cancel();
    audit.abort();
    guardrails.stop();
    ports.watch.end();
    void endJournal(reason, detail);
  };
  const endJournal = async (reason: RunOutcome['reason'], detail: string): Promise<void> => {
    await faults.settled();
    write({ t: elapsed(), type: 'run.ended', reason, detail });
    await journal.sync();
    finish({ reason, detail });
  };
  const targetReady = (): void => {
    write({ t: elapsed(), type: 'target.ready', afterMs: elapsed() });
    dispatch({ kind: 'target-ready' });
  };
  const onRequest = (request: WorkRequest): void => {
    const good = request.outcome === 'good';
    guardrails.request({ atMs: request.ended, class: request.class, good });
    hypothesis.request({ ...request, intended: request.intended - loadBeganMs, ended: request.ended - loadBeganMs });
    if (state.stage !== 'ended') write({ t: elapsed(), type: 'work.request', ...roundTimes(request) });
  };

  const guardrails = startGuardrails({
    limits: plan.guardrails,
    schedule: (delayMs, callback) => clock.schedule(delayMs, callback),
    fileExists: ports.fileExists,
    trip: (guardrail, detail) => dispatch({ kind: 'guardrail', guardrail, detail }),
  });

  write({
    t: 0,
    type: 'run.started',
    version: JOURNAL_VERSION,
    runId: ports.runId,
    at: ports.startedAt,
    tool: { gameday: ports.gamedayVersion, node: process.version, platform: `${process.platform} ${process.arch}` },
    plan: ports.record,
  });
  nemesis.onExchange((event) => {
    if (state.stage !== 'ended' && state.stage !== 'auditing') {
      const entry = exchangeEntry(event, ports.originMs, ports.digestKey);
      write({ ...entry, started: round(entry.started) });
    }
  });
  nemesis.onUnanswered((event) => {
    const entry = unansweredEntry(event, ports.originMs);
    if (state.stage !== 'ended') write({ ...entry, started: round(entry.started) });
  });
  nemesis.onEntry((entry) => {
    if (state.stage !== 'ended') write({ t: elapsed(), ...entry });
  });
  nemesis.onFailed((detail) => dispatch({ kind: 'tool-failed', detail }));
  workload.onRequest(onRequest);
  ports.watch.onEntry(write);
  journalTarget(target, plan.target.command ?? [], elapsed, write, (exit, lastWords) => {
    const which = exit.replica === undefined ? 'the target' : `replica ${exit.replica} of the target`;
    const why = lastWords === null ? '' : `: ${lastWords}`;
    dispatch({ kind: 'target-exited', detail: `${which} ended (${ports.describeTargetExit(exit)})${why}` });
  });
  // The app takes its time to start, so that this costs none.
  const prepared = workload.prepare().catch(() => {});
  void target.ready().then(
    () => prepared.then(targetReady),
    (error: unknown) => {
      const detail = error instanceof TargetError ? `${error.message} (${error.hint})` : String(error);
      dispatch({ kind: 'target-exited', detail });
    },
  );

  return {
    finished,
    tell: dispatch,
    note: (event, what) => {
      if (state.stage !== 'ended') write({ t: elapsed(), type: 'event.started', event, what, done: true });
    },
  };
}

/** Microseconds are more than a journal needs. */
const round = (ms: number): number => Math.round(ms * 1000) / 1000;

function roundTimes(request: WorkRequest): WorkRequest {
  const sent = request.sent === null ? null : round(request.sent);
  return { ...request, intended: round(request.intended), sent, ended: round(request.ended) };
}
