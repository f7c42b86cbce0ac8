import { dimensionAnchor } from './anchor.ts';
import { staleReads } from '../checkers/freshness.ts';
import { mitigationOf, onsetMs } from '../checkers/mitigation.ts';
import { fateOf } from '../history/ledger-entry.ts';
import { dependentWork, phasesFailing } from '../patterns/pattern.ts';
import { mergeLatencies } from '../statistics/latencies.ts';
import type { Trace } from '../trace.ts';
import { duration, joined, percent, plural } from '../wording/figures.ts';
import type { Dimension, Moment } from './basics.ts';
import type { Diagnosis, ReportPattern } from './findings.ts';
import { inSentence } from '../wording/in-sentence.ts';

type Link = Diagnosis['evidence'][number];

const timeline: Link = { title: 'Timeline', anchor: 'timeline' };
const ledger: Link = { title: 'Ledger', anchor: 'ledger' };
const retriesLink: Link = { title: 'Retries', anchor: 'retries' };
const patternsLink: Link = { title: 'Patterns', anchor: 'patterns' };
const faults: Link = { title: 'Faults', anchor: 'faults' };

/** "At 12:26 incident time"; outside of the incident its clock says by itself what it is. */
const when = ({ clock }: Moment): string => (/^\d\d:/.test(clock) ? `At ${clock} incident time` : `At ${clock}`);

function onset(trace: Trace): readonly Diagnosis[] {
  const ms = onsetMs(trace);
  if (ms === null) return [];
  const at = trace.clock.planned(ms);
  const zero = trace.history.loadStart ?? 0;
  const first = trace.history.windows.find(
    ({ record, start, fired }) => (fired ?? 0) > 0 && (start === null ? record.startMs : start - zero) === ms,
  );
  const what = first === undefined ? '' : `: ${first.record.sentence.replace(/\.$/, '')}`;
  return [
    {
      id: 'onset',
      at,
      sentence: `${when(at)} S3 began to fail${what}.`,
      evidence: [faults, timeline],
    },
  ];
}

/** When S3 itself was done failing a class, milliseconds since the load began. */
const s3BackMs = (trace: Trace, cls: 'read' | 'write'): number =>
  Math.max(
    0,
    ...trace.history.windows
      .filter(({ record, fired }) => (fired ?? 0) > 0 && (record.classes.length === 0 || record.classes.includes(cls)))
      .map(({ record }) => record.endMs),
  );

function mitigation(trace: Trace, cls: 'read' | 'write', link: Link): readonly Diagnosis[] {
  const found = mitigationOf(trace, cls);
  const start = onsetMs(trace);
  if (found === null || start === null) return [];
  const { due, good } = trace.incident[cls];
  const share = `${percent(due === 0 ? 0 : good / due)} of ${cls}s succeeded`;
  const id = `mitigation.${cls}`;
  const evidence = [link, timeline];
  if (!found.hurt) {
    return [{ id, at: null, sentence: `${cls === 'read' ? 'Reads' : 'Writes'} held: ${share}.`, evidence }];
  }
  if (found.afterMs === null) {
    return [
      {
        id,
        at: null,
        sentence: `${cls === 'read' ? 'Reads' : 'Writes'} never came back for good: ${share} while S3 failed.`,
        evidence,
      },
    ];
  }
  const at = trace.clock.planned(start + found.afterMs);
  const own = start + found.afterMs < s3BackMs(trace, cls) - 1_000;
  return [
    {
      id,
      at,
      sentence: `${when(at)} ${cls}s were back, after ${duration(found.afterMs)} of the run${own ? ', while S3 still failed' : ', not before S3 was'}; over all graded phases ${share}.`,
      evidence,
    },
  ];
}

function hangs(trace: Trace, link: Link): readonly Diagnosis[] {
  const work = dependentWork(trace.graded);
  const held = mergeLatencies(trace.graded.map(({ phase }) => phase.exchanges.held)).maxMs;
  if (work.hangs === 0) return [];
  // Only a call that outlives half of the patience can use all of it up with what goes before and after.
  const because =
    held === null || held < trace.history.plan.patienceMs / 2
      ? ''
      : `, because S3 calls stayed open for up to ${duration(held)} and no deadline ended them`;
  return [
    {
      id: 'hangs',
      at: null,
      sentence: `${work.hangs} of ${plural(work.due, 'read or write', 'reads and writes')} (${percent(work.hangs / work.due)}) had no answer within ${duration(trace.history.plan.patienceMs)}${because}.`,
      evidence: [link, retriesLink],
    },
  ];
}

/** Connections to S3 that were never made. Where users hung too, this is where a time-out is missing or too long. */
function unanswered(trace: Trace): readonly Diagnosis[] {
  const cells = trace.graded.map(({ phase }) => phase.exchanges);
  const count = cells.reduce((sum, cell) => sum + cell.unanswered, 0);
  if (count === 0) return [];
  const longest = duration(Math.max(...cells.map((cell) => cell.unansweredMaxMs)));
  const which = count === 1 ? `it waited ${longest}` : `the longest waited ${longest}`;
  return [
    {
      id: 'unanswered',
      at: null,
      sentence: `${plural(count, 'connection attempt')} to S3 got no answer; ${which}.`,
      evidence: [faults, retriesLink],
    },
  ];
}

function lostWrites(trace: Trace): readonly Diagnosis[] {
  const { fates, acked, taken } = trace.ledger.all;
  const { sharedIds } = trace.history.ledger;
  const gone = fates.lost + fates.corrupted - taken;
  const shared: readonly Diagnosis[] =
    taken === 0
      ? []
      : [
          {
            id: 'shared-ids',
            at: null,
            sentence: `${plural(taken, 'acknowledged write')} ${taken === 1 ? 'was' : 'were'} lost because the app gave ${plural(sharedIds, 'id')} to more than one.`,
            evidence: [ledger],
          },
        ];
  if (gone === 0) return shared;
  const failing = phasesFailing(trace, 'write').map(({ phase: { start, end } }) => ({
    from: start ?? 0,
    to: end ?? trace.history.lastAt,
  }));
  let during = 0;
  for (const entry of trace.history.ledger.acked.values()) {
    const { ackedAt } = entry;
    if (ackedAt === null || !failing.some(({ from, to }) => ackedAt >= from && ackedAt < to)) continue;
    const fate = fateOf(entry);
    if ((fate === 'lost' || fate === 'corrupted') && entry.heir === 'none') during += 1;
  }
  const because =
    during === 0
      ? 'the app said yes before they were durable'
      : `the app said yes to ${during === gone ? (gone === 1 ? 'it' : 'them') : `${during} of them`} while S3 failed writes, before they were durable`;
  return [
    ...shared,
    {
      id: 'lost-writes',
      at: null,
      sentence: `${gone} of ${plural(acked, 'acknowledged write')} ${gone === 1 ? 'was' : 'were'} lost or corrupted because ${because}.`,
      evidence: [ledger],
    },
  ];
}

function stale(trace: Trace, link: Link): readonly Diagnosis[] {
  const reads = staleReads(trace);
  if (reads.length === 0) return [];
  const oldest = reads.reduce((most, { ageMs }) => Math.max(most, ageMs), 0);
  return [
    {
      id: 'stale',
      at: null,
      sentence: `${plural(reads.length, 'read')} showed an older state than had been acknowledged, up to ${duration(oldest)} old.`,
      evidence: [link],
    },
  ];
}

/** What a dimension already says in one sentence, where it lost points. */
function lossOf(dimension: Dimension | undefined, id: string, more: readonly Link[]): readonly Diagnosis[] {
  if (dimension === undefined || dimension.score === null || dimension.score >= 100) return [];
  const link: Link = { title: dimension.title, anchor: dimensionAnchor(dimension.id) };
  return [{ id, at: dimension.causes[0]?.from ?? null, sentence: dimension.summary, evidence: [link, ...more] }];
}

function whatHeld(patterns: readonly ReportPattern[]): readonly Diagnosis[] {
  const titles = patterns.filter(({ state }) => state === 'shown').map(({ title }) => inSentence(title));
  if (titles.length === 0) return [];
  return [{ id: 'patterns', at: null, sentence: `What helped: ${joined(titles)}.`, evidence: [patternsLink] }];
}

/** The story of the run in sentences, each with the place where its figures stand. */
export function diagnosisOf(
  trace: Trace,
  dimensions: readonly Dimension[],
  patterns: readonly ReportPattern[],
): readonly Diagnosis[] {
  if (trace.graded.length === 0) return [];
  const byId = new Map(dimensions.map((dimension) => [dimension.id, dimension]));
  const link = (id: string): Link => ({ title: byId.get(id)?.title ?? id, anchor: dimensionAnchor(id) });
  const told = [
    ...onset(trace),
    ...mitigation(trace, 'read', link('failover')),
    ...mitigation(trace, 'write', link('failover')),
    ...hangs(trace, link('latency')),
    ...unanswered(trace),
    ...lostWrites(trace),
    ...stale(trace, link('freshness')),
    ...lossOf(byId.get('retry-discipline'), 'retries', [retriesLink]),
    ...lossOf(byId.get('blast-radius'), 'blast-radius', []),
    ...lossOf(byId.get('recovery'), 'recovery', [timeline]),
    ...lossOf(byId.get('detection'), 'detection', [{ title: 'Alarms', anchor: 'alarms' }]),
    ...lossOf(byId.get('user-experience'), 'user-experience', [{ title: 'Filmstrip', anchor: 'filmstrip' }]),
    ...whatHeld(patterns),
  ];
  // What has a time first, in its order; what concerns the whole run after it.
  return [
    ...told.filter(({ at }) => at !== null).toSorted((a, b) => (a.at?.atMs ?? 0) - (b.at?.atMs ?? 0)),
    ...told.filter(({ at }) => at === null),
  ];
}
