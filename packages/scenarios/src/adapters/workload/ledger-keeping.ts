import { givenId, noIdWords } from '../../core/ledger/given-id.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import type { LedgerEntry } from '../../core/ledger/ledger-entry.ts';
import type { Read } from '../../core/ledger/ledger-read.ts';
import { numberIn, saysGone, told, writtenKind, type LedgerTurn } from '../../core/ledger/ledger-turn.ts';
import type { PlannedStep } from '../../core/plan.ts';
import type { HttpAnswer } from './http-exchange.ts';

/** What a request did to the ledger, for the journal. */
export type LedgerEvent =
  | {
      readonly kind: 'write';
      readonly entry: LedgerEntry;
      /** What stood in the answer in place of the id that it was to have; null where nothing was missing. */
      readonly received: string | null;
    }
  | {
      readonly kind: 'delete';
      readonly entry: string;
      readonly step: string;
      readonly sentMs: number;
      readonly state: 'acked' | 'unknown';
    };

/** Enters what is about to leave. */
export function startLedger(
  ledger: Ledger,
  step: PlannedStep,
  { entry, values }: LedgerTurn,
  body: { readonly digest: string; readonly bytes: number } | null,
  sentMs: number,
): void {
  if (entry === null) return;
  if (step.ledger === 'deletes') ledger.beginDelete(entry);
  const kind = writtenKind(step);
  if (kind === null) return;
  const place = kind === 'set' ? null : (values[kind] ?? '');
  const { digest = '', bytes = 0 } = body ?? {};
  ledger.begin(entry, {
    kind,
    place,
    collection: step.collection ?? null,
    step: step.id,
    digest,
    bytes,
    sentMs,
    isGivenId: (step.givenId ?? null) !== null,
    ...(kind === 'counter' ? { added: step.adds ?? 1 } : {}),
  });
}

/** Enters what became of it. */
export function keepLedger(
  ledger: Ledger,
  step: PlannedStep,
  { entry }: LedgerTurn,
  answer: HttpAnswer,
  { sentMs, endedMs }: Read,
): readonly LedgerEvent[] {
  if (entry === null) return [];
  const state = stateOf(step, answer);
  if (step.ledger === 'deletes') {
    // A delete that left twice may have found nothing the second time.
    const unsure = answer.kind === 'answered' && answer.again && saysGone(answer.status);
    const settled = unsure ? 'unknown' : state;
    ledger.settleDelete(entry, settled);
    return settled === 'refused' ? [] : [{ kind: 'delete', entry, step: step.id, sentMs, state: settled }];
  }
  const kind = writtenKind(step);
  if (kind === null) return [];
  const said = state === 'acked' && answer.kind === 'answered' ? answer : null;
  const offset = kind === 'log' && said !== null ? numberIn(told(step, said)) : null;
  const from = step.givenId ?? null;
  const given = from === null || said === null ? null : givenId(from, said);
  ledger.settle(entry, state, endedMs, { given, ...(offset === null ? {} : { offset }) });
  const written = ledger.find(entry);
  const received = from === null || said === null || given !== null ? null : noIdWords(from, said);
  return written === undefined ? [] : [{ kind: 'write', entry: written, received }];
}

/** What the app said of a write: yes, no, or nothing clear. A timeout of its own (408) is not clear. */
function stateOf(step: PlannedStep, answer: HttpAnswer): 'acked' | 'unknown' | 'refused' {
  if (answer.kind !== 'answered') return 'unknown';
  if (step.expect.statuses.includes(answer.status)) return 'acked';
  return answer.status >= 400 && answer.status < 500 && answer.status !== 408 ? 'refused' : 'unknown';
}
