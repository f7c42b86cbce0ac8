import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { draw, streamOf, systemClock } from '@gameday/injector';
import type { Entry, PlanRecord } from '@gameday/reporter/journal';
import type { LedgerEvent } from '../adapters/workload/ledger-keeping.ts';
import { createWorkload } from '../adapters/workload/open-loop-workload.ts';
import { openNdjsonJournal } from '../adapters/ndjson-journal.ts';
import { describeExit } from '../adapters/target/target-process.ts';
import { startToolReadings } from '../adapters/watch/tool-readings.ts';
import { ledgerLine } from '../core/ledger/journal-ledger.ts';
import { optionError } from '../core/source/input-error.ts';
import { createLedger } from '../core/ledger/ledger.ts';
import type { JournalWriter } from '../ports/journal-writer.ts';
import { auditorsOf } from './auditors.ts';
import { ledgerPrefix } from './ledger-prefix.ts';
import { openStage, undoAll, type StageOptions, type UndoList } from './rehearsal-stage.ts';
import { watchApp } from './watch-app.ts';
import { runExperiment, type Experiment } from './run-experiment.ts';
import type { RunOutcome } from './run-outcome.ts';

export interface RunOptions extends StageOptions {
  /** The plan as the journal keeps it. */
  readonly record: PlanRecord;
  /** Folder for the journal; made where it is missing, and refused where it holds one. */
  readonly folder: string;
  readonly gamedayVersion: string;
  /** Called as soon as the run can be watched and told things. */
  readonly onStarted: (experiment: Experiment) => void;
  /** Told of every entry as it is journalled. Must not throw. */
  readonly onEntry?: (entry: Entry) => void;
  /** A new W3C trace context for each request of the workload; left out, none is sent. */
  readonly traceparent?: (() => string) | undefined;
}

export const journalFile = (folder: string): string => join(folder, 'journal.ndjson');

/**
 * Runs a plan from nothing to nothing: starts S3, injector and target, carries the experiment out, and stops whatever
 * it started, however the run ends.
 * @throws {InputError} where the folder holds a run already: two runs in one journal would be neither
 * @throws {TargetError} where the target's address is taken before it starts
 * @throws {InjectorError} where the injector elsewhere cannot be used
 */
export async function runPlan(options: RunOptions): Promise<RunOutcome> {
  const { plan } = options;
  const undo: UndoList = [];
  const originMs = systemClock.now();
  const startedAt = new Date().toISOString();
  const elapsed = (): number => systemClock.now() - originMs;
  let experiment: Experiment | undefined;
  refuseToAppend(options.folder);
  mkdirSync(options.folder, { recursive: true });
  try {
    const file = openNdjsonJournal(journalFile(options.folder), (error) =>
      experiment?.tell({ kind: 'tool-failed', detail: `the journal could not be written: ${error.message}` }),
    );
    const journal = overheard(file, options.onEntry);
    undo.push(() => journal.close());
    const stage = await openStage(options, undo);
    const ledger = createLedger(ledgerPrefix(options));
    const workload = createWorkload({
      plan,
      url: stage.url,
      ledger,
      elapsed,
      draw: (purpose, index) => draw(streamOf(plan.seed, purpose), index, 1, 1),
      onLedger: (event) => journalLedger(journal, elapsed(), event),
      runCommand: stage.runCommand,
      runId: options.runId,
      traceparent: options.traceparent,
    });
    const stopReadings = startToolReadings((reading) =>
      journal.write({ t: elapsed(), type: 'tool.reading', ...reading, inFlight: workload.inFlight }),
    );
    undo.push(async () => stopReadings());
    const watch = watchApp({ plan, elapsed, runId: options.runId, folder: resolve(options.folder), ...stage });
    undo.push(() => watch.close());
    experiment = runExperiment(plan, {
      runId: options.runId,
      startedAt,
      gamedayVersion: options.gamedayVersion,
      record: options.record,
      clock: systemClock,
      originMs,
      journal,
      nemesis: stage.nemesis,
      target: stage.target,
      pauseReplication: (regions) => stage.s3.pauseReplication(regions),
      fileExists: existsSync,
      ledger,
      workload,
      watch,
      auditors: auditorsOf(plan, stage),
      digestKey,
      describeTargetExit: describeExit,
    });
    options.onStarted(experiment);
    return await experiment.finished;
  } finally {
    await undoAll(undo);
  }
}

function refuseToAppend(folder: string): void {
  const file = journalFile(folder);
  if (existsSync(file)) throw optionError('--out', `${file} is the journal of another run`, 'name another folder');
}

function journalLedger(journal: JournalWriter, t: number, event: LedgerEvent): void {
  if (event.kind === 'write') {
    journal.write(ledgerLine(t, event.entry, event.received));
    return;
  }
  const { entry, step, sentMs: sent, state } = event;
  journal.write({ t, type: 'ledger.deleted', entry, step, sent, state });
}

/** The journal, with somebody who listens. */
function overheard(journal: JournalWriter, onEntry: RunOptions['onEntry']): JournalWriter {
  if (onEntry === undefined) return journal;
  const write = (entry: Entry): void => {
    journal.write(entry);
    onEntry(entry);
  };
  return { write, sync: () => journal.sync(), close: () => journal.close() };
}

const digestKey = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 16);
