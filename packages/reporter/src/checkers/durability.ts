import { type Fate, fateOf, isAppOnly, type LedgerEntry } from '../history/ledger.ts';
import type { Figure, Moment } from '../report/basics.ts';
import type { Trace } from '../trace.ts';
import { countFigure, joined, plural } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { type CapFinding, type CauseDraft, type Checker, inconclusive } from './checker.ts';

/** The ledger, counted by fate. */
export interface LedgerTally {
  readonly acked: number;
  readonly fates: Readonly<Record<Fate, number>>;
  readonly appOnly: number;
  /** Acknowledged during the incident: the writes that the outage could take. */
  readonly duringIncident: number;
}

export function tallyLedger(trace: Trace): LedgerTally {
  const fates: Record<Fate, number> = { ok: 0, lost: 0, corrupted: 0, unreadable: 0, 'not-audited': 0 };
  let appOnly = 0;
  let duringIncident = 0;
  for (const entry of trace.history.ledger.acked.values()) {
    fates[fateOf(entry)] += 1;
    if (isAppOnly(entry)) appOnly += 1;
    if (entry.ackedAt !== null && inIncident(trace, entry.ackedAt)) duringIncident += 1;
  }
  return { acked: trace.history.ledger.acked.size, fates, appOnly, duringIncident };
}

const inIncident = (trace: Trace, t: number): boolean =>
  trace.history.phases.some(
    ({ record, start, end }) =>
      record.stage === 'incident' && start !== null && start <= t && (end === null || t < end),
  );

/** First and last acknowledgement of the writes with this fate. */
function ackSpan(trace: Trace, fate: Fate): { readonly from: Moment | null; readonly to: Moment | null } {
  const times = [...trace.history.ledger.acked.values()]
    .filter(
      (entry): entry is LedgerEntry & { readonly ackedAt: number } => entry.ackedAt !== null && fateOf(entry) === fate,
    )
    .map((entry) => entry.ackedAt);
  if (times.length === 0) return { from: null, to: null };
  const [from, to] = times.reduce(([low, high], t) => [Math.min(low, t), Math.max(high, t)], [Infinity, -Infinity]);
  return { from: trace.clock.moment(from), to: trace.clock.moment(to) };
}

const saidYes = (count: number, span: { readonly from: Moment | null; readonly to: Moment | null }): string => {
  if (span.from === null || span.to === null) return '';
  return span.from.clock === span.to.clock
    ? ` The app said yes to ${count === 1 ? 'it' : 'them'} at ${span.from.clock}.`
    : ` The app said yes to them between ${span.from.clock} and ${span.to.clock}.`;
};

function causeOf(trace: Trace, fate: 'lost' | 'corrupted', tally: LedgerTally): CauseDraft | null {
  const count = tally.fates[fate];
  if (count === 0) return null;
  const span = ackSpan(trace, fate);
  const what = fate === 'lost' ? 'gone' : 'there with other bytes';
  return {
    id: `durability.${fate}`,
    sentence: `${count} of ${plural(tally.acked, 'acknowledged write')} ${count === 1 ? 'is' : 'are'} ${what}.${saidYes(count, span)}`,
    evidence: [countFigure(`${fate} writes`, count), countFigure('acknowledged writes', tally.acked)],
    windows: [],
    ...span,
    cap: 'lost-writes',
    remedy: fate === 'lost' ? remedies.lost : remedies.corrupted,
    share: count,
  };
}

const evidenceOf = (tally: LedgerTally): readonly Figure[] => [
  countFigure('acknowledged writes', tally.acked),
  countFigure('acknowledged during the incident', tally.duringIncident),
  countFigure('read back whole', tally.fates.ok),
  countFigure('lost', tally.fates.lost),
  countFigure('corrupted', tally.fates.corrupted),
  countFigure('unreadable', tally.fates.unreadable),
  countFigure('never read back', tally.fates['not-audited']),
  countFigure('held by the app only, not by S3', tally.appOnly),
];

export const durability: Checker = {
  id: 'durability',
  title: 'Durability',
  question: 'Is every write that the app said yes to still there?',
  formula:
    '100 where every acknowledged write was read back whole after recovery, 0 where any is lost or corrupted. A write that nobody could read back is no evidence of either.',
  weight: 15,
  check: (trace) => {
    const tally = tallyLedger(trace);
    const { fates, acked } = tally;
    const evidence = evidenceOf(tally);
    if (acked === 0) {
      return inconclusive('The app acknowledged no write of the ledger, so nothing could be lost.', evidence);
    }
    const unproven = fates.unreadable + fates['not-audited'];
    const unprovenSentence = `${unproven} of ${plural(acked, 'acknowledged write')} could not be read back, so nobody knows whether ${unproven === 1 ? 'it is' : 'they are'} still there.`;
    const unprovenCaps: readonly CapFinding[] =
      unproven === 0 ? [] : [{ id: 'writes-unproven', sentence: unprovenSentence }];
    if (fates.lost + fates.corrupted > 0) {
      const parts = [
        ...(fates.lost > 0 ? [`${fates.lost} lost`] : []),
        ...(fates.corrupted > 0 ? [`${fates.corrupted} corrupted`] : []),
      ];
      return {
        verdict: 'fail',
        score: 0,
        summary: `Of ${plural(acked, 'acknowledged write')}, ${joined(parts)}.`,
        evidence,
        causes: [causeOf(trace, 'lost', tally), causeOf(trace, 'corrupted', tally)].filter((cause) => cause !== null),
        caps: [
          { id: 'lost-writes', sentence: `Of ${plural(acked, 'acknowledged write')}, ${joined(parts)}.` },
          ...unprovenCaps,
        ],
      };
    }
    if (unproven > 0) {
      return {
        ...inconclusive(unprovenSentence, evidence),
        caps: unprovenCaps,
        causes: [
          {
            id: 'durability.unproven',
            sentence: unprovenSentence,
            evidence: [countFigure('unproven writes', unproven)],
            windows: [],
            from: null,
            to: null,
            cap: 'writes-unproven',
            remedy: remedies.unproven,
            share: 0,
          },
        ],
      };
    }
    return {
      verdict: 'pass',
      score: 100,
      summary: `All ${plural(acked, 'acknowledged write')} were read back whole; ${tally.duringIncident} of them were acknowledged during the incident.`,
      evidence,
      causes: [],
      caps: [],
    };
  },
};
