import { ledgerFindings } from '../checkers/durability.ts';
import { amplificationOf } from '../checkers/retry-discipline.ts';
import { surgeAtHeal } from '../checkers/recovery.ts';
import { phaseEdges } from '../checkers/span.ts';
import { type Answer, type Fate, fateOf, type LedgerEntry, type LedgerKind } from '../history/ledger-entry.ts';
import type { AppCounts } from '../history/series.ts';
import type { StepClass } from '../journal/plan-record.ts';
import { wilson } from '../statistics/wilson.ts';
import type { Trace } from '../trace.ts';
import { tenth } from '../wording/figures.ts';
import type { Ledger, Point, ReportFault, ReportPhase, Retries, TableRow } from './measurements.ts';

const LOST_SHOWN_MAX = 20;

const hundredth = (value: number): number => Math.round(value * 100) / 100;
const tenthOrNull = (value: number | null): number | null => (value === null ? null : tenth(value));

export function phasesOf(trace: Trace): readonly ReportPhase[] {
  return trace.phases.map(({ phase, windows, struck, graded, whyNot }) => {
    const { record } = phase;
    const { incidentFromMin, incidentToMin } = record;
    return {
      id: record.id,
      title: record.title,
      stage: record.stage,
      from: phase.start === null ? trace.clock.planned(record.startMs) : phaseEdges(trace, phase).from,
      to: phase.start === null ? trace.clock.planned(record.endMs) : phaseEdges(trace, phase).to,
      incidentClock:
        incidentFromMin === null || incidentToMin === null
          ? null
          : `${trace.clock.minute(incidentFromMin)} to ${trace.clock.minute(incidentToMin)}`,
      notes: record.notes,
      windows: windows.map((window) => window.record.id),
      struck,
      graded,
      whyNot,
    };
  });
}

const S3_CLASSES = ['read', 'write', 'delete'] as const;

export function faultsOf(trace: Trace): readonly ReportFault[] {
  return trace.history.windows.map(({ record, start, end, fired, proved }) => {
    const seen = trace.phases.reduce((sum, { phase }) => sum + phase.exchanges.struckOf(record.id, S3_CLASSES), 0);
    return {
      id: record.id,
      phase: record.phase,
      kind: record.kind,
      sentence: record.sentence,
      regions: record.regions,
      classes: record.classes,
      from: start === null ? trace.clock.planned(record.startMs) : trace.clock.moment(start),
      to: end === null ? trace.clock.planned(record.endMs) : trace.clock.moment(end),
      fired: Math.max(fired ?? 0, seen),
      ...(proved ? { proved } : {}),
    };
  });
}

export function tableOf(trace: Trace): readonly TableRow[] {
  const classes = (['read', 'write', 'control'] as const).filter((cls) => trace.classes.has(cls));
  return trace.phases
    .filter(({ phase }) => phase.start !== null)
    .flatMap(({ phase }) =>
      classes.map((cls): TableRow => {
        const cell = phase.work[cls];
        const latencies = cell.allLatencies();
        return {
          phase: phase.record.id,
          class: cls,
          due: cell.due,
          good: cell.good,
          availability: wilson(cell.good, cell.due),
          p50Ms: latencies.percentile(50),
          p95Ms: latencies.percentile(95),
          p99Ms: latencies.percentile(99),
          hangs: cell.hangs,
          errors: cell.errors,
          unsent: cell.unsent,
          errorP95Ms: cell.errorLatency.percentile(95),
        };
      }),
    );
}

const appPoint = ({ due, good, hangs, latency }: AppCounts): Point['app'][StepClass] => ({
  due,
  good,
  hangs,
  p50Ms: latency.percentile(50),
  p95Ms: latency.percentile(95),
});

export function seriesOf(trace: Trace): { readonly bucketMs: number; readonly points: readonly Point[] } {
  const { series, phases, loadStart } = trace.history;
  const zero = loadStart ?? 0;
  return {
    bucketMs: series.bucketMs,
    points: series.buckets.map(({ app, s3 }, index): Point => {
      const at = trace.clock.planned(index * series.bucketMs);
      const phase = phases.findLast(({ start }) => start !== null && start - zero <= at.atMs);
      return {
        at,
        phase: phase?.record.id ?? null,
        app: { read: appPoint(app.read), write: appPoint(app.write), control: appPoint(app.control) },
        s3,
      };
    }),
  };
}

const said = (answer: Answer | null): string | null =>
  answer === null ? null : answer.detail === '' ? answer.found : `${answer.found}: ${answer.detail}`;

const KINDS: readonly LedgerKind[] = ['set', 'register', 'counter', 'log'];

function kindsOf(trace: Trace): Ledger['kinds'] {
  return KINDS.flatMap((kind) => {
    const { acked, fates, unclear: unknown, recovered } = trace.ledger[kind];
    if (acked + unknown === 0) return [];
    const { ok, lost, corrupted, duplicated, resurrected } = fates;
    const unproven = fates.unreadable + fates['not-audited'];
    return [{ kind, acked, ok, lost, corrupted, duplicated, resurrected, unproven, unknown, recovered }];
  });
}

/** The first of what did not fare well, in the order of their acknowledgement. */
function firstLost(trace: Trace): Ledger['firstLost'] {
  const first: {
    readonly entry: LedgerEntry;
    readonly at: number;
    readonly id: string;
    readonly fate: Exclude<Fate, 'ok'>;
  }[] = [];
  for (const entry of trace.history.ledger.acked.values()) {
    const fate = fateOf(entry);
    if (fate === 'ok') continue;
    const one = { entry, at: entry.ackedAt ?? Infinity, id: entry.id, fate };
    const place = first.findIndex(({ at, id }) => one.at < at || (one.at === at && one.id < id));
    if (place < 0 && first.length >= LOST_SHOWN_MAX) continue;
    first.splice(place < 0 ? first.length : place, 0, one);
    if (first.length > LOST_SHOWN_MAX) first.pop();
  }
  return first.map(({ entry, id, fate }) => ({
    entry: id,
    given: entry.given ?? null,
    step: entry.step,
    id: entry.heir === 'taken' ? 'shared' : entry.given === null ? 'missing' : 'well',
    fate,
    acked: entry.ackedAt === null ? null : trace.clock.moment(entry.ackedAt),
    app: said(entry.app),
    s3: said(entry.s3),
    command: said(entry.command),
  }));
}

export function ledgerOf(trace: Trace): Ledger {
  const tally = ledgerFindings(trace);
  return {
    acked: tally.acked,
    ok: tally.fates.ok,
    lost: tally.fates.lost,
    corrupted: tally.fates.corrupted,
    unreadable: tally.fates.unreadable,
    notAudited: tally.fates['not-audited'],
    duplicated: tally.fates.duplicated,
    resurrected: tally.fates.resurrected,
    holes: tally.holes,
    disordered: tally.disordered,
    listed: tally.listed,
    inOnePlace: tally.inOnePlace,
    sharedIds: tally.sharedIds,
    taken: tally.taken,
    unnamed: tally.unnamed,
    received: tally.received,
    unknownUnnamed: tally.unclearUnnamed,
    kinds: kindsOf(trace),
    appOnly: tally.appOnly,
    unknown: tally.unclear,
    recovered: tally.recovered,
    bytesAcked: tally.bytes,
    firstLost: firstLost(trace),
  };
}

export function retriesOf(trace: Trace): Retries {
  const surge = surgeAtHeal(trace);
  return {
    rows: trace.phases.map((judged) => {
      const { exchanges: cell, record } = judged.phase;
      const amplification = amplificationOf(trace, [judged]);
      return {
        phase: record.id,
        exchanges: cell.exchanges,
        operations: cell.operations,
        attemptsPerOperation: cell.operations === 0 ? null : hundredth(cell.attempts / cell.operations),
        attemptsMax: cell.attemptsMax,
        amplification: amplification === null ? null : hundredth(amplification),
        pauseP50Ms: cell.pauses.percentile(50),
        pauseMaxMs: tenthOrNull(cell.pauses.maxMs),
        heldP95Ms: cell.held.percentile(95),
        heldMaxMs: tenthOrNull(cell.held.maxMs),
        gaveUp: cell.gaveUp,
      };
    }),
    surgeAtHeal: surge === null ? null : hundredth(surge),
  };
}
