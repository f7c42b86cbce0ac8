import { baselinePhases, deniedRefuges, mainRegion, regionsOf } from '../checkers/failover.ts';
import type { S3Counts } from '../history/exchanges.ts';
import { wilson } from '../statistics/wilson.ts';
import { type JudgedPhase, SAMPLES_MIN, type Trace } from '../trace.ts';
import { percent, shareFigure } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { cannotTell, notShown, type Pattern, phasesFailing, shown, workOf } from './pattern.ts';

/** A region is in use from this share of the S3 requests on. [our choice] */
const IN_USE = 0.1;
/** The other regions took over where their share rose by so much. [our choice] */
const TAKEN_OVER = 0.2;
/** A copy was there to read where most reads were served (a failover takes its time), mostly from there. [our choice] */
const SERVED = 0.5;
const FROM_THERE = 0.5;
const REFUSED = 0.5;

const failedFigure = (cls: 'read' | 'write') => (trace: Trace) => {
  const { due, good } = trace.incident[cls];
  return shareFigure(`failed ${cls}s`, due - good, due);
};

const otherShare = (
  trace: Trace,
  phases: readonly JudgedPhase[],
): { readonly part: number; readonly whole: number } => {
  const { main, other } = regionsOf(trace, phases);
  return { part: other, whole: main + other };
};

export const regionFailover: Pattern = {
  id: 'region-failover',
  title: 'Region failover',
  fingerprint: 'When one region fails, S3 requests move to another, and users are served from there.',
  remedy: remedies.reads,
  improves: { dimension: 'failover', figure: failedFigure('read') },
  look: (trace) => {
    const before = otherShare(trace, baselinePhases(trace));
    const during = otherShare(trace, trace.graded);
    const evidence = [
      shareFigure('S3 requests to other regions before', before.part, before.whole),
      shareFigure(
        'S3 requests to other regions in the outage',
        during.part,
        during.whole,
        wilson(during.part, during.whole),
      ),
    ];
    if (before.whole < SAMPLES_MIN || during.whole < SAMPLES_MIN)
      return cannotTell('Too few S3 requests to tell.', evidence);
    const low = wilson(during.part, during.whole)?.low ?? 0;
    const rose = low - before.part / before.whole;
    const [refuge] = deniedRefuges(trace);
    if (rose >= TAKEN_OVER && refuge !== undefined)
      return notShown(
        `S3 requests moved to ${refuge.region}, which refused ${refuge.denied} of ${refuge.asked}.`,
        evidence,
      );
    if (rose >= TAKEN_OVER)
      return shown(
        `Other regions than ${mainRegion(trace)} took over ${percent(during.part / during.whole)} of the S3 requests.`,
        evidence,
      );
    if (before.part / before.whole >= IN_USE) {
      return cannotTell('Several regions were in use all along, so there was nothing to fail over to.', evidence);
    }
    return during.part === 0
      ? notShown(`Every S3 request went to ${mainRegion(trace)}, also while it failed.`, evidence)
      : notShown(`Only ${percent(during.part / during.whole)} of the S3 requests went to another region.`, evidence);
  },
};

export const regionRotation: Pattern = {
  id: 'region-rotation',
  title: 'Region rotation',
  fingerprint: 'Several regions share the S3 requests on ordinary days, so each is proven before it is needed.',
  remedy: remedies.reads,
  improves: { dimension: 'failover', figure: failedFigure('read') },
  look: (trace) => {
    const { part, whole } = otherShare(trace, baselinePhases(trace));
    const evidence = [shareFigure('S3 requests to other regions before', part, whole, wilson(part, whole))];
    if (whole < SAMPLES_MIN) return cannotTell('Too few S3 requests before the outage to tell.', evidence);
    return (wilson(part, whole)?.low ?? 0) >= IN_USE
      ? shown(
          `Before the outage ${percent(part / whole)} of the S3 requests went to other regions than the main one.`,
          evidence,
        )
      : notShown(
          `Before the outage ${percent(1 - part / whole)} of the S3 requests went to ${mainRegion(trace)}: no other region was proven.`,
          evidence,
        );
  },
};

/** Successful S3 requests of a class to other regions than the main one. */
function goodElsewhere(trace: Trace, phases: readonly JudgedPhase[], cls: 'read' | 'write'): number {
  const main = mainRegion(trace);
  const counts = phases.flatMap(({ phase }) =>
    [...phase.exchanges.byRegion].flatMap(([region, by]): readonly S3Counts[] => (region === main ? [] : [by[cls]])),
  );
  return counts.reduce((sum, { requests, failed }) => sum + requests - failed, 0);
}

export const readReplica: Pattern = {
  id: 'read-replica-only',
  title: 'Read replica only',
  fingerprint: 'In a region that fails both, reads are served from another region, and writes fail.',
  remedy: remedies.reads,
  improves: { dimension: 'availability', figure: failedFigure('read') },
  look: (trace) => {
    const phases = phasesFailing(trace, 'write').filter((judged) => phasesFailing(trace, 'read').includes(judged));
    const [read, write] = [workOf(phases, 'read'), workOf(phases, 'write')];
    const elsewhere = { read: goodElsewhere(trace, phases, 'read'), write: goodElsewhere(trace, phases, 'write') };
    const evidence = [
      shareFigure('good reads', read.good, read.due, wilson(read.good, read.due)),
      shareFigure('good writes', write.good, write.due, wilson(write.good, write.due)),
    ];
    if (read.due < SAMPLES_MIN || write.due < SAMPLES_MIN) {
      return cannotTell('In no phase did one region fail both reads and writes for long enough.', evidence);
    }
    const served = read.good / read.due;
    const refused = 1 - write.good / write.due;
    const [refuge] = deniedRefuges(trace);
    if (refuge !== undefined)
      return notShown(`${refuge.region} refused ${refuge.denied} of ${refuge.asked} requests.`, evidence);
    if (refused < REFUSED) return cannotTell('Writes succeeded too, so there is more than a copy to read.', evidence);
    if (elsewhere.write > 0 || elsewhere.read === 0 || elsewhere.read < read.good * FROM_THERE) {
      return notShown('Reads failed with the writes: no second region answered for them.', evidence);
    }
    return served >= SERVED
      ? shown(`${percent(served)} of reads were served, from another region; writes had nowhere to go.`, evidence)
      : notShown(`Another region answered reads, but only ${percent(served)} of them were served.`, evidence);
  },
};
