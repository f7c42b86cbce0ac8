import { explainWindow } from '@gameday/injector';
import type { InjectorNemesis } from '../adapters/injector-nemesis.ts';
import { journalPlan } from '../core/journal-plan.ts';
import type { Plan } from '../core/plan.ts';
import type { Experiment } from '../run/run-experiment.ts';
import { runScenario } from '../run/run-scenario.ts';
import type { RunOutcome } from '../run/tally.ts';
import { exitCodes } from './exit-codes.ts';
import { gamedayVersion } from './gameday-version.ts';
import { showProgress } from './progress.ts';
import { parseUpstreams, upstreamCredentials } from './run-arguments.ts';
import { onInterrupt } from './signals.ts';
import { describeTerminal } from './terminal.ts';
import { onUnexpectedError } from './unexpected-errors.ts';

/** A nemesis that is not the injector of this process. */
export interface NemesisElsewhere {
  readonly over: (observer: InjectorNemesis, tell: (event: OutsideEvent) => void) => InjectorNemesis;
  /** Called when there is a journal: what was done before it can be told now. */
  readonly onJournal: (note: Experiment['note']) => void;
}

type OutsideEvent = Parameters<Experiment['tell']>[0];

/**
 * Carries a plan out in front of a person: shows progress, takes Ctrl-C, and survives errors that nobody expected, from
 * the first process that it starts to the last that it stops.
 * @throws {TargetError} where the target's address is taken before it starts
 */
export async function carryOut(
  plan: Plan,
  runId: string,
  folder: string,
  upstream: readonly string[],
  s3Port: number | null,
  elsewhere?: NemesisElsewhere,
): Promise<RunOutcome> {
  let experiment: Experiment | undefined;
  let early: OutsideEvent | undefined;
  const tell = (event: OutsideEvent): void => {
    if (experiment === undefined) early ??= event;
    else experiment.tell(event);
  };
  const ends = [
    onInterrupt((signal) => tell({ kind: 'interrupted', detail: `${signal} received` }), exitCodes.interrupted.code),
    onUnexpectedError((detail) => tell({ kind: 'tool-failed', detail }), exitCodes.environment.code),
  ];
  try {
    return await runScenario({
      plan,
      record: journalPlan(plan, explainWindow),
      runId,
      folder,
      gamedayVersion,
      upstreams: parseUpstreams(upstream),
      s3Port,
      credentials: upstreamCredentials(process.env),
      env: process.env,
      ...(elsewhere === undefined ? {} : { nemesisOver: (observer) => elsewhere.over(observer, tell) }),
      onStarted: (started) => {
        experiment = started;
        elsewhere?.onJournal((event, what) => started.note(event, what));
        const terminal = describeTerminal(process.stderr, process.env);
        ends.push(
          showProgress(
            plan,
            terminal,
            () => started.status(),
            (text) => process.stderr.write(text),
          ),
        );
        if (early !== undefined) started.tell(early);
      },
    });
  } finally {
    for (const end of ends) end();
  }
}
