import type { Fate } from '../history/ledger-entry.ts';
import type { LedgerTally } from '../history/ledger-tally.ts';
import type { Trace } from '../trace.ts';
import type { Figure, Moment, Remedy } from '../report/basics.ts';
import { countFigure, joined, msFigure, plural } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { type CapFinding, type CauseDraft, type Checker, inconclusive } from './checker.ts';

/** The ledger's entries counted, and what its logs showed as wholes. */
export interface LedgerFindings extends LedgerTally {
  /** Logs: offsets with nothing, and entries in the wrong order. */
  readonly holes: number;
  readonly disordered: number;
  /** Whether anybody looked for what is there twice. */
  readonly listed: boolean;
  /** Ids that the app gave to more than one write. */
  readonly sharedIds: number;
  /** What the first answer had that said yes without an id; null where none did. */
  readonly received: string | null;
}

export function ledgerFindings({ history: { ledger }, ledger: { all } }: Trace): LedgerFindings {
  const most = (of: 'holes' | 'disordered'): number => {
    const byName = new Map<string, number>();
    for (const place of ledger.places) byName.set(place.name, Math.max(place[of], byName.get(place.name) ?? 0));
    return [...byName.values()].reduce((sum, count) => sum + count, 0);
  };
  const listed = ledger.listed.some(({ entries }) => entries !== null);
  const { sharedIds, received } = ledger;
  return { ...all, holes: most('holes'), disordered: most('disordered'), listed, sharedIds, received };
}

/** First and last acknowledgement of the writes with this fate. */
function ackSpan(trace: Trace, fate: Fate): { readonly from: Moment | null; readonly to: Moment | null } {
  const span = trace.ledger.all.ackedAt.get(fate);
  if (span === undefined) return { from: null, to: null };
  return { from: trace.clock.moment(span.from), to: trace.clock.moment(span.to) };
}

const saidYes = (count: number, span: { readonly from: Moment | null; readonly to: Moment | null }): string => {
  if (span.from === null || span.to === null) return '';
  return span.from.clock === span.to.clock
    ? ` The app said yes to ${count === 1 ? 'it' : 'them'} at ${span.from.clock}.`
    : ` The app said yes to them between ${span.from.clock} and ${span.to.clock}.`;
};

type BadFate = 'lost' | 'corrupted' | 'duplicated' | 'resurrected';

/** What a fate means, the cap that it meets, and what would have helped. */
const BAD: Readonly<
  Record<BadFate, { readonly what: string; readonly cap: 'lost-writes' | 'wrong-state'; readonly remedy: Remedy }>
> = {
  lost: { what: 'gone', cap: 'lost-writes', remedy: remedies.lost },
  corrupted: { what: 'there with other bytes', cap: 'lost-writes', remedy: remedies.corrupted },
  duplicated: { what: 'there twice', cap: 'wrong-state', remedy: remedies.duplicated },
  resurrected: { what: 'back after an acknowledged delete', cap: 'wrong-state', remedy: remedies.resurrected },
};
const badFates: readonly BadFate[] = ['lost', 'corrupted', 'duplicated', 'resurrected'];

function causeOf(trace: Trace, fate: BadFate, tally: LedgerFindings): readonly CauseDraft[] {
  // Those whose id was given again have a cause of their own.
  const count = tally.fates[fate] - (fate === 'lost' ? tally.taken : 0);
  if (count === 0) return [];
  const span = ackSpan(trace, fate);
  const { what, cap, remedy } = BAD[fate];
  return [
    {
      id: `durability.${fate}`,
      sentence: `${count} of ${plural(tally.acked, 'acknowledged write')} ${count === 1 ? 'is' : 'are'} ${what}.${saidYes(count, span)}`,
      evidence: [countFigure(`${fate} writes`, count), countFigure('acknowledged writes', tally.acked)],
      windows: [],
      ...span,
      cap,
      remedy,
      share: count,
    },
  ];
}

/** An id that several writes were given leads to one of them at most. */
function sharedIdsCause({ sharedIds, taken, acked }: LedgerFindings): readonly CauseDraft[] {
  if (taken === 0) return [];
  return [
    {
      id: 'durability.shared-ids',
      sentence: `The app gave ${plural(sharedIds, 'id')} to more than one write, and an id leads to one at most: ${taken} of ${plural(acked, 'acknowledged write')} ${taken === 1 ? 'is' : 'are'} out of reach.`,
      evidence: [
        countFigure('ids given to more than one write', sharedIds),
        countFigure('writes that lost their id to another', taken),
        countFigure('acknowledged writes', acked),
      ],
      windows: [],
      from: null,
      to: null,
      cap: 'lost-writes',
      remedy: remedies.sharedIds,
      share: taken,
    },
  ];
}

/** Yes, and no id: whoever wrote it can never ask for it. */
function unnamedCause(tally: LedgerFindings): readonly CauseDraft[] {
  const { unnamed, received, acked } = tally;
  if (unnamed === 0) return [];
  return [
    {
      id: 'durability.unnamed',
      sentence: `${unnamed} of ${plural(acked, 'acknowledged write')} came without the id that the answer was to have, so nobody can ask for ${unnamed === 1 ? 'it' : 'them'}: ${received ?? 'nothing'}.`,
      evidence: [countFigure('acknowledged without an id', unnamed), countFigure('acknowledged writes', acked)],
      windows: [],
      from: null,
      to: null,
      cap: 'writes-unproven',
      remedy: remedies.unnamed,
      share: 0,
    },
  ];
}

/** A log is more than its entries: it has no holes, and keeps their order. */
function logCause({ holes, disordered }: LedgerFindings): readonly CauseDraft[] {
  if (holes + disordered === 0) return [];
  return [
    {
      id: 'durability.log',
      sentence: `${sentenceStart(logProblems({ holes, disordered }))}.`,
      evidence: [countFigure('holes in logs', holes), countFigure('entries out of order', disordered)],
      windows: [],
      from: null,
      to: null,
      cap: 'wrong-state',
      remedy: remedies.duplicated,
      share: holes + disordered,
    },
  ];
}

const logProblems = ({ holes, disordered }: Pick<LedgerFindings, 'holes' | 'disordered'>): string =>
  joined([
    ...(holes > 0 ? [`the logs have ${plural(holes, 'hole')}`] : []),
    ...(disordered > 0 ? [`${disordered} of their entries stand before one that had been acknowledged earlier`] : []),
  ]);

const sentenceStart = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** How much time the lost writes span: what an operator calls the recovery point. */
function lossSpan({ ackedAt }: LedgerFindings): readonly Figure[] {
  const span = ackedAt.get('lost');
  return span === undefined ? [] : [msFigure('from the first to the last lost write (RPO)', span.to - span.from)];
}

const evidenceOf = (tally: LedgerFindings): readonly Figure[] => [
  countFigure('acknowledged writes', tally.acked),
  countFigure('acknowledged during the incident', tally.duringIncident),
  countFigure('read back whole', tally.fates.ok),
  countFigure('lost', tally.fates.lost),
  ...lossSpan(tally),
  countFigure('corrupted', tally.fates.corrupted),
  ...(tally.listed || tally.fates.duplicated > 0 ? [countFigure('there twice', tally.fates.duplicated)] : []),
  ...(tally.fates.resurrected > 0 ? [countFigure('back after a delete', tally.fates.resurrected)] : []),
  ...(tally.holes > 0 ? [countFigure('holes in logs', tally.holes)] : []),
  ...(tally.disordered > 0 ? [countFigure('log entries out of order', tally.disordered)] : []),
  ...(tally.inOnePlace > 0 ? [countFigure('held by one of several places of S3', tally.inOnePlace)] : []),
  ...(tally.sharedIds > 0 ? [countFigure('ids given to more than one write', tally.sharedIds)] : []),
  ...(tally.unnamed > 0 ? [countFigure('acknowledged without an id', tally.unnamed)] : []),
  ...(tally.unclearUnnamed > 0
    ? [countFigure('without a clear answer and so without a known id, not looked for', tally.unclearUnnamed)]
    : []),
  countFigure('unreadable', tally.fates.unreadable),
  countFigure('never read back', tally.fates['not-audited']),
  countFigure('held by the app only, not by S3', tally.appOnly),
];

const SCORE_WRONG_STATE = 50;

/** What is wrong, as parts of one sentence; empty where nothing is. */
function problemsOf(tally: LedgerFindings): readonly string[] {
  const { fates } = tally;
  const words = { lost: 'lost', corrupted: 'corrupted', duplicated: 'there twice', resurrected: 'back after a delete' };
  const log = logProblems(tally);
  return [
    ...badFates.flatMap((fate) => (fates[fate] > 0 ? [`${fates[fate]} ${words[fate]}`] : [])),
    ...(log === '' ? [] : [log]),
  ];
}

function capsOf(tally: LedgerFindings): readonly CapFinding[] {
  const { fates, acked, holes, disordered } = tally;
  const of = plural(acked, 'acknowledged write');
  const gone = { ...tally, fates: { ...fates, duplicated: 0, resurrected: 0 }, holes: 0, disordered: 0 };
  const wrong = { ...tally, fates: { ...fates, lost: 0, corrupted: 0 } };
  return [
    ...(fates.lost + fates.corrupted > 0
      ? [{ id: 'lost-writes', sentence: `Of ${of}, ${joined(problemsOf(gone))}.` } as const]
      : []),
    ...(fates.duplicated + fates.resurrected + holes + disordered > 0
      ? [{ id: 'wrong-state', sentence: `Of ${of}, ${joined(problemsOf(wrong))}.` } as const]
      : []),
  ];
}

const unprovenCause = (sentence: string, unproven: number): CauseDraft => ({
  id: 'durability.unproven',
  sentence,
  evidence: [countFigure('unproven writes', unproven)],
  windows: [],
  from: null,
  to: null,
  cap: 'writes-unproven',
  remedy: remedies.unproven,
  share: 0,
});

export const durability: Checker = {
  id: 'durability',
  title: 'Durability',
  question: 'Is every write that the app said yes to still there, once, and in its place?',
  formula: `100 where every acknowledged write was read back whole after recovery, 0 where any is lost or corrupted, ${SCORE_WRONG_STATE} where any is there twice or back after its delete, or a log has holes. Members of a set must be there; registers must hold a version that no acknowledged one replaced; a counter must lie between what was acknowledged and that and all that got no clear answer; what a log acknowledged must stand at its offset, without holes. A write that nobody could read back is no evidence of either, and one that got no clear answer is never lost. Where the app gives the ids, one that it gave twice loses the other write, and a yes without an id proves nothing.`,
  weight: 15,
  check: (trace) => {
    const tally = ledgerFindings(trace);
    const { fates, acked } = tally;
    const evidence = evidenceOf(tally);
    if (acked === 0) {
      return inconclusive('The app acknowledged no write of the ledger, so nothing could be lost.', evidence);
    }
    const unproven = fates.unreadable + fates['not-audited'];
    const unprovenSentence = `${unproven} of ${plural(acked, 'acknowledged write')} could not be read back, so nobody knows whether ${unproven === 1 ? 'it is' : 'they are'} still there.`;
    const unprovenCaps: readonly CapFinding[] =
      unproven === 0 ? [] : [{ id: 'writes-unproven', sentence: unprovenSentence }];
    const problems = problemsOf(tally);
    if (problems.length > 0) {
      return {
        verdict: 'fail',
        score: fates.lost + fates.corrupted > 0 ? 0 : SCORE_WRONG_STATE,
        summary: `Of ${plural(acked, 'acknowledged write')}, ${joined(problems)}.`,
        evidence,
        causes: [
          ...badFates.flatMap((fate) => causeOf(trace, fate, tally)),
          ...sharedIdsCause(tally),
          ...logCause(tally),
          ...unnamedCause(tally),
        ],
        caps: [...capsOf(tally), ...unprovenCaps],
      };
    }
    if (unproven > 0) {
      return {
        ...inconclusive(unprovenSentence, evidence),
        caps: unprovenCaps,
        causes: [
          ...unnamedCause(tally),
          ...(unproven === tally.unnamed ? [] : [unprovenCause(unprovenSentence, unproven)]),
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
