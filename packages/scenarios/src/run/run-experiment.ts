import { JOURNAL_VERSION, type Entry } from '@gameday/reporter/journal';
import { exchangeEntry } from '../core/exchange-entry.ts';
import { experimentStart, experimentStep, type Command, type ExperimentEvent } from '../core/experiment.ts';
import type { Plan } from '../core/plan.ts';
import { judgeSteadyState, type BaselineOutcome } from '../core/steady-state.ts';
import { TargetError } from '../ports/target.ts';
import type { WorkRequest } from '../ports/workload.ts';
import type { ExperimentPorts } from './experiment-ports.ts';
import { createFaultLog } from './fault-log.ts';
import { createTally, type RunOutcome, type RunStatus } from './tally.ts';

/** A run under way. */
export interface Experiment {
  /** Resolves when the journal has its last entry; never rejects. */
  readonly finished: Promise<RunOutcome>;
  status(): RunStatus;
  /** Tells the run of something from outside of it: Ctrl-C, a guardrail, a failing disk. */
  tell(event: Extract<ExperimentEvent, { kind: 'interrupted' | 'guardrail' | 'tool-failed' }>): void;
}

/** Carries a plan out. The decisions are `core/experiment.ts`'s; this is where they meet clock, sockets and disk. */
export function runExperiment(plan: Plan, ports: ExperimentPorts): Experiment {
  const { clock, journal, nemesis, target, workload } = ports;
  const tally = createTally();
  const faults = createFaultLog(plan.timeline, ports);
  const audit = new AbortController();
  const baseline: BaselineOutcome[] = [];
  const settled: BaselineOutcome[] = [];
  const timers: (() => void)[] = [];
  let state = experimentStart(plan.phases);
  let loadBeganMs = 0;
  let exchanges = 0;
  let struck = 0;
  let finish: (outcome: RunOutcome) => void;
  const finished = new Promise<RunOutcome>((resolve) => {
    finish = resolve;
  });

  const elapsed = (): number => clock.now() - ports.originMs;
  const write = (entry: Entry): void => journal.write({ ...entry, t: round(entry.t) });

  const dispatch = (event: ExperimentEvent): void => {
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

  const perform = (command: Command): void => {
    switch (command.kind) {
      case 'begin-load':
        loadBeganMs = elapsed();
        workload.begin();
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
        dispatch({ kind: 'steady-state', ...judged('before', baseline) });
        return;
      case 'inject':
        faults.begin(plan.phases[state.phase]?.startMs ?? 0);
        return;
      case 'heal':
        faults.end();
        return;
      case 'end-load':
        void workload.end().then(() => dispatch({ kind: 'load-drained' }));
        return;
      case 'abort-load':
        workload.abort();
        return;
      case 'audit':
        judged('after', settled);
        void auditAll();
        return;
      case 'end':
        endRun(command.reason, command.detail);
        return;
      default:
        command satisfies never;
    }
  };
  const judged = (when: 'before' | 'after', outcomes: readonly BaselineOutcome[]) => {
    const verdict = judgeSteadyState(outcomes);
    write({ t: elapsed(), type: 'hypothesis.checked', when, ...verdict });
    return verdict;
  };
  const auditAll = async (): Promise<void> => {
    try {
      for (const auditor of ports.auditors) {
        await auditor.audit(
          ports.ledger,
          (finding) => write({ t: elapsed(), type: 'ledger.audited', ...finding }),
          audit.signal,
        );
      }
      dispatch({ kind: 'audited' });
    } catch (error) {
      dispatch({ kind: 'tool-failed', detail: `the audit failed: ${String(error)}` });
    }
  };
  const endRun = (reason: RunOutcome['reason'], detail: string): void => {
    for (const cancel of timers) cancel();
    audit.abort();
    if (reason === 'guardrail') write({ t: elapsed(), type: 'guardrail.tripped', guardrail: 'run time', detail });
    write({ t: elapsed(), type: 'run.ended', reason, detail });
    void journal.sync().then(() => finish({ reason, detail }));
  };
  const targetReady = (): void => {
    if (target.pid !== null) {
      write({ t: elapsed(), type: 'target.started', pid: target.pid, command: [...(plan.target.command ?? [])] });
    }
    write({ t: elapsed(), type: 'target.ready', afterMs: elapsed() });
    dispatch({ kind: 'target-ready' });
  };
  const onRequest = (request: WorkRequest): void => {
    const good = request.outcome === 'good';
    tally.request(request.class, good, elapsed());
    if (state.stage === 'baseline') baseline.push(request);
    if (state.stage === 'recovery' && inSecondHalf(plan, state.phase, request.intended - loadBeganMs)) {
      settled.push(request);
    }
    if (state.stage !== 'ended') write({ t: elapsed(), type: 'work.request', ...roundTimes(request) });
  };

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
    exchanges += 1;
    if (event.fault !== null) struck += 1;
    if (state.stage !== 'ended' && state.stage !== 'auditing') {
      const entry = exchangeEntry(event, ports.originMs, ports.digestKey);
      write({ ...entry, started: round(entry.started) });
    }
  });
  workload.onRequest(onRequest);
  target.onOutput((stream, line) => {
    if (state.stage !== 'ended') write({ t: elapsed(), type: 'target.output', stream, line });
  });
  target.onExit((exit) => {
    if (state.stage !== 'ended') write({ t: elapsed(), type: 'target.exited', ...exit });
    if (!exit.expected)
      dispatch({ kind: 'target-exited', detail: `the target ended (${ports.describeTargetExit(exit)})` });
  });
  void target.ready().then(
    () => targetReady(),
    (error: unknown) => {
      const detail = error instanceof TargetError ? `${error.message} (${error.hint})` : String(error);
      dispatch({ kind: 'target-exited', detail });
    },
  );
  later(plan.guardrails.runMsMax, {
    kind: 'guardrail',
    detail: `the run took longer than ${plan.guardrails.runMsMax / 60_000} minutes`,
  });

  return {
    finished,
    tell: dispatch,
    status: () => ({
      stage: state.stage,
      phase: plan.phases[state.phase] ?? null,
      loadMs: loadBeganMs === 0 ? 0 : elapsed() - loadBeganMs,
      total: tally.total,
      recent: tally.recent(elapsed()),
      s3Exchanges: exchanges,
      s3Struck: struck,
      inFlight: workload.inFlight,
    }),
  };
}

/** The recovery's first half is for recovering; the second shows whether it is over. */
function inSecondHalf(plan: Plan, phaseIndex: number, loadMs: number): boolean {
  const phase = plan.phases[phaseIndex];
  return phase !== undefined && loadMs >= (phase.startMs + phase.endMs) / 2;
}

/** Microseconds are more than a journal needs. */
const round = (ms: number): number => Math.round(ms * 1000) / 1000;

function roundTimes(request: WorkRequest): WorkRequest {
  const sent = request.sent === null ? null : round(request.sent);
  return { ...request, intended: round(request.intended), sent, ended: round(request.ended) };
}
