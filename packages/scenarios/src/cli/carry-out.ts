import { explainWindow, type Arming } from '@gameday/injector';
import type { InjectorAddress } from '../adapters/nemesis/control-client.ts';
import type { InjectorNemesis } from '../adapters/nemesis/injector-nemesis.ts';
import { journalPlan } from '../core/planning/journal-plan.ts';
import type { Plan } from '../core/plan.ts';
import type { Experiment } from '../run/run-experiment.ts';
import { runPlan } from '../run/run-plan.ts';
import type { RunOutcome } from '../run/run-outcome.ts';
import { exitCodes } from './exit-codes.ts';
import { gamedayVersion } from '../adapters/gameday-version.ts';
import { openTelemetry } from '../telemetry/open-telemetry.ts';
import { openLivePage, type LiveOutcome } from '../live/live-page.ts';
import { followRun } from '../live/live-run.ts';
import { showInTerminal } from '../live/terminal-view.ts';
import { parseUpstreams, upstreamCredentials } from './run-arguments.ts';
import { openInBrowser } from './open-in-browser.ts';
import { onInterrupt } from './signals.ts';
import { describeTerminal } from './terminal.ts';
import { onUnexpectedError } from './unexpected-errors.ts';

/** A nemesis that is not the injector of this process. */
export interface NemesisElsewhere {
  readonly over: (observer: InjectorNemesis, tell: (event: OutsideEvent) => void) => InjectorNemesis;
  /** Called when there is a journal: what was done before it can be told now. */
  readonly onJournal: (note: Experiment['note']) => void;
}

/** How the user wants it carried out. */
export interface CarryOutOptions {
  readonly upstream: readonly string[];
  /** What of those endpoints may be touched. */
  readonly arm: Arming | null;
  /** Where the target finds S3's home region; free ports where undefined. */
  readonly s3Port: number | undefined;
  /** Also serve a page that shows the run. */
  readonly watch: boolean;
  /** Where telemetry goes; undefined where only the environment may ask for it. */
  readonly otlp: string | undefined;
  /** An injector in another process, instead of the one here. */
  readonly injector?: InjectorAddress | undefined;
  /** What breaks S3, where it is not the injector. */
  readonly elsewhere?: NemesisElsewhere;
}

export interface CarriedOut extends RunOutcome {
  /** Tells those who follow the run, on the live page and over OTLP, how it came out. */
  readonly tellOutcome: (outcome: LiveOutcome & { readonly score: number | null }) => Promise<void>;
}

type OutsideEvent = Parameters<Experiment['tell']>[0];

/**
 * Carries a plan out in front of a person: shows progress, takes Ctrl-C, and survives errors that nobody expected, from
 * the first process that it starts to the last that it stops.
 * @throws {TargetError} where the target's address is taken before it starts
 * @throws {InjectorError} where the injector elsewhere cannot be used
 */
export async function carryOut(
  plan: Plan,
  runId: string,
  folder: string,
  { upstream, arm, s3Port, watch, otlp, injector, elsewhere }: CarryOutOptions,
): Promise<CarriedOut> {
  const telemetry = await openTelemetry(otlp, process.env, gamedayVersion);
  const run = followRun(() => performance.now());
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
  const page = watch
    ? await openLivePage({
        view: () => run.view(),
        stop: () => tell({ kind: 'interrupted', detail: 'Stop was pressed on the live page' }),
      })
    : null;
  try {
    if (page !== null) showPage(page.url);
    const outcome = await runPlan({
      plan,
      record: journalPlan(plan, explainWindow),
      runId,
      folder,
      gamedayVersion,
      upstreams: parseUpstreams(upstream, arm),
      arm,
      s3Port: s3Port ?? null,
      injector,
      credentials: upstreamCredentials(process.env),
      env: process.env,
      ...(elsewhere === undefined ? {} : { nemesisOver: (observer) => elsewhere.over(observer, tell) }),
      onEntry: (entry) => {
        run.add(entry);
        telemetry?.add(entry);
      },
      traceparent: telemetry?.traceparent,
      onStarted: (started) => {
        experiment = started;
        elsewhere?.onJournal((event, what) => started.note(event, what));
        const { color, live } = describeTerminal(process.stderr, process.env);
        ends.push(showInTerminal(() => run.view(), { stream: process.stderr, color, live }));
        if (early !== undefined) started.tell(early);
      },
    });
    return {
      ...outcome,
      tellOutcome: async (graded) => {
        await page?.close(graded);
        const problem = await telemetry?.finish(graded);
        if (typeof problem === 'string') process.stderr.write(`\nnote: telemetry is not complete: ${problem}\n`);
      },
    };
  } catch (error) {
    await page?.close(null);
    await telemetry?.finish(null);
    throw error;
  } finally {
    for (const end of ends) end();
  }
}

/** Says where the page is; with a person at the terminal it is opened too. */
function showPage(url: string): void {
  process.stderr.write(`  watch   ${url}\n\n`);
  if (process.stderr.isTTY && process.env['CI'] === undefined) openInBrowser(url);
}
