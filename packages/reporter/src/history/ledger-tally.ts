import type { LedgerBook } from './ledger.ts';
import { type Fate, fateOf, hasHappened, isAppOnly, isInOnePlace, type LedgerKind } from './ledger-entry.ts';

/** The ledger, counted by fate. */
export interface LedgerTally {
  readonly acked: number;
  readonly fates: Readonly<Record<Fate, number>>;
  readonly appOnly: number;
  /** Of several places of S3 that were asked, one alone has it. */
  readonly inOnePlace: number;
  /** Acknowledged during the incident: the writes that the outage could take. */
  readonly duringIncident: number;
  readonly bytes: number;
  /** Writes without a clear answer, and how many of them happened all the same. */
  readonly unclear: number;
  readonly recovered: number;
  /** Lost because their id was given to another write too. */
  readonly taken: number;
  /** Acknowledged without the id that the answer was to have. */
  readonly unnamed: number;
  /** Among the unclear ones: the app was to give them an id, and nobody knows it, so they cannot be looked for. */
  readonly unclearUnnamed: number;
  /** By fate: the first and the last acknowledgement, milliseconds since the run began. */
  readonly ackedAt: ReadonlyMap<Fate, { readonly from: number; readonly to: number }>;
}

/** A stretch of time, milliseconds since the run began. */
interface Span {
  readonly from: number;
  readonly to: number;
}

class Tally implements LedgerTally {
  acked = 0;
  readonly fates = { ok: 0, lost: 0, corrupted: 0, duplicated: 0, resurrected: 0, unreadable: 0, 'not-audited': 0 };
  appOnly = 0;
  inOnePlace = 0;
  duringIncident = 0;
  bytes = 0;
  unclear = 0;
  recovered = 0;
  taken = 0;
  unnamed = 0;
  unclearUnnamed = 0;
  readonly ackedAt = new Map<Fate, Span>();

  add(other: LedgerTally): void {
    this.acked += other.acked;
    this.appOnly += other.appOnly;
    this.inOnePlace += other.inOnePlace;
    this.duringIncident += other.duringIncident;
    this.bytes += other.bytes;
    this.unclear += other.unclear;
    this.recovered += other.recovered;
    this.taken += other.taken;
    this.unnamed += other.unnamed;
    this.unclearUnnamed += other.unclearUnnamed;
    for (const fate of FATES) this.fates[fate] += other.fates[fate];
    for (const [fate, { from, to }] of other.ackedAt) {
      this.stretch(fate, from);
      this.stretch(fate, to);
    }
  }

  stretch(fate: Fate, at: number): void {
    const { from, to } = this.ackedAt.get(fate) ?? { from: at, to: at };
    if (at <= from || at >= to) this.ackedAt.set(fate, { from: Math.min(from, at), to: Math.max(to, at) });
  }
}

const FATES: readonly Fate[] = ['ok', 'lost', 'corrupted', 'duplicated', 'resurrected', 'unreadable', 'not-audited'];
const KINDS: readonly LedgerKind[] = ['set', 'register', 'counter', 'log'];

/** Counts a whole ledger in one pass: of each kind, and of all. @param incident when S3 was broken */
export function tallyLedger(
  ledger: LedgerBook,
  incident: readonly Span[],
): Readonly<Record<LedgerKind | 'all', LedgerTally>> {
  const tallies = { set: new Tally(), register: new Tally(), counter: new Tally(), log: new Tally() };
  for (const entry of ledger.acked.values()) {
    const { ackedAt } = entry;
    const tally = tallies[entry.kind];
    const fate = fateOf(entry);
    tally.acked += 1;
    tally.bytes += entry.bytes;
    tally.fates[fate] += 1;
    if (isAppOnly(entry)) tally.appOnly += 1;
    if (isInOnePlace(entry)) tally.inOnePlace += 1;
    if (entry.heir === 'taken') tally.taken += 1;
    if (entry.given === null) tally.unnamed += 1;
    if (ackedAt === null) continue;
    tally.stretch(fate, ackedAt);
    if (incident.some(({ from, to }) => from <= ackedAt && ackedAt < to)) tally.duringIncident += 1;
  }
  for (const entry of ledger.unknown.values()) {
    const tally = tallies[entry.kind];
    tally.unclear += 1;
    if (entry.given === null) tally.unclearUnnamed += 1;
    if (hasHappened(entry)) tally.recovered += 1;
  }
  const all = new Tally();
  for (const kind of KINDS) all.add(tallies[kind]);
  return { ...tallies, all };
}
