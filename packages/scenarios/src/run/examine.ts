import { setTimeout as sleep } from 'node:timers/promises';
import { draw, streamOf, systemClock, type ExchangeEvent } from '@gameday/injector';
import { createWorkload } from '../adapters/workload/open-loop-workload.ts';
import { createLedger } from '../core/ledger/ledger.ts';
import { diagnose, type Diagnosis, type Finding } from '../core/first-steps/diagnosis.ts';
import { injectorFindings } from '../core/first-steps/injector-findings.ts';
import { errorOf } from '../core/first-steps/last-output.ts';
import { roundTripFindings } from '../core/first-steps/round-trip.ts';
import type { AuditFinding } from '../ports/auditor.ts';
import { InjectorError } from '../ports/nemesis.ts';
import type { WorkRequest } from '../ports/workload.ts';
import { auditorsOf } from './auditors.ts';
import { foreignRegions } from './foreign-regions.ts';
import { ledgerPrefix } from './ledger-prefix.ts';
import { openStage, undoAll, type RehearsalStage, type StageOptions, type UndoList } from './rehearsal-stage.ts';

const LOAD_FOR_MS = 3_000;
/** A step of little weight is waited for so long. */
const LOAD_FOR_MS_MAX = 12_000;
const LOOK_EVERY_MS = 250;
/** What is not read back by then is not judged. */
const AUDIT_WITHIN_MS = 30_000;

/** What an examination waits for. */
export type ExaminationStep =
  | { readonly kind: 'ready'; readonly address: string; readonly withinMs: number }
  | { readonly kind: 'load'; readonly lastsMs: number }
  | { readonly kind: 'audit'; readonly writes: number };

/**
 * Starts the target with nothing broken, sends it a few seconds of its own workload, and looks at what S3 saw of it.
 * @param onStep told what it waits for, before it does
 * @throws {TargetError} where the target does not start or never becomes ready
 */
export async function examine(options: StageOptions, onStep: (step: ExaminationStep) => void): Promise<Diagnosis> {
  const { plan } = options;
  const { path, withinMs } = plan.target.ready;
  const undo: UndoList = [];
  const exchanges: ExchangeEvent[] = [];
  const requests: WorkRequest[] = [];
  const originMs = systemClock.now();
  try {
    const stage = await openStage(options, undo);
    const { nemesis, target, url, runCommand } = stage;
    nemesis.onExchange((event) => exchanges.push(event));
    const injector = watchInjector(options, stage);
    let printed: string | null = null;
    target.onOutput(({ line }) => {
      // Of errors that lead to each other Python tells the outermost last.
      printed = errorOf(line) ?? printed;
    });
    onStep({ kind: 'ready', address: new URL(path, url).href, withinMs });
    await target.ready();
    onStep({ kind: 'load', lastsMs: LOAD_FOR_MS });
    const ledger = createLedger(ledgerPrefix(options));
    const workload = createWorkload({
      plan,
      url,
      ledger,
      runId: options.runId,
      elapsed: () => systemClock.now() - originMs,
      draw: (purpose, index) => draw(streamOf(plan.seed, purpose), index, 1, 1),
      onLedger: () => {},
      runCommand,
    });
    workload.onRequest((request) => requests.push(request));
    workload.begin();
    const began = systemClock.now();
    const seenEnough = (): boolean => {
      const lasted = systemClock.now() - began;
      const drawn = plan.workload.order !== 'in-turn';
      const unseen = drawn && plan.workload.steps.some(({ id }) => requests.every(({ step }) => step !== id));
      return lasted >= (unseen && requests.every(({ outcome }) => outcome === 'good') ? LOAD_FOR_MS_MAX : LOAD_FOR_MS);
    };
    while (!seenEnough()) await sleep(LOOK_EVERY_MS);
    await workload.end();
    if (ledger.size > 0) onStep({ kind: 'audit', writes: ledger.size });
    const audited: AuditFinding[] = [];
    const signal = AbortSignal.timeout(AUDIT_WITHIN_MS);
    for (const auditor of auditorsOf(plan, stage)) {
      await auditor.audit(ledger, (finding) => audited.push(finding), signal);
    }
    await nemesis.account(); // What came before is told by then.
    return diagnose(plan, {
      requests,
      exchanges,
      printed,
      endpoint: nemesis.endpoints.get(plan.target.homeRegion) ?? '',
      injector: injector(),
      roundTrip: roundTripFindings(ledger, audited),
      foreign: foreignRegions(options.upstreams, stage.elsewhere),
    });
  } catch (error) {
    if (!(error instanceof InjectorError)) throw error;
    const { message: detail, hint } = error;
    return { ready: false, findings: [{ check: 'the injector elsewhere', state: 'problem', detail, hint }] };
  } finally {
    await undoAll(undo);
  }
}

/** Follows an injector in another process; the returned function says what was found. */
function watchInjector(
  { plan, injector, upstreams }: StageOptions,
  { nemesis, elsewhere: status }: RehearsalStage,
): () => readonly Finding[] {
  if (injector === undefined || status === null) return () => [];
  let clockErrorMs: number | null = null;
  let failed: string | null = null;
  nemesis.onEntry((entry) => {
    if (entry.type === 'injector.reading') clockErrorMs = entry.errorMs;
  });
  nemesis.onFailed((detail) => {
    failed = detail;
  });
  return () => injectorFindings({ url: injector.url, status, clockErrorMs, failed }, plan, upstreams);
}
