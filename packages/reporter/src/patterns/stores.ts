import { fateOf } from '../history/ledger-entry.ts';
import { wilson } from '../statistics/wilson.ts';
import { type JudgedPhase, SAMPLES_MIN, type Trace } from '../trace.ts';
import { countFigure, percent, plural, shareFigure } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import { cannotTell, countS3, notShown, type Pattern, phasesFailing, shown, workOf } from './pattern.ts';

/** So many more requests than S3 answered were served from somewhere else. [our choice] */
const WITHOUT_S3 = 0.3;
/** Where S3 itself took so many of the writes, in another region, there was no need to buffer them. [our choice] */
const TAKEN = 0.5;
/** A buffer is replayed where nearly all that was acknowledged is in S3 at the end: what is lost was not kept. [our choice] */
const BROUGHT = 0.95;

/** An answer that the app may not read is none. */
const deniedIn = (phases: readonly JudgedPhase[]): number =>
  phases.reduce((sum, { phase }) => sum + [...phase.exchanges.denied.values()].reduce((all, one) => all + one, 0), 0);

export const staleCache: Pattern = {
  id: 'stale-while-error-cache',
  title: 'Cache that serves while S3 fails',
  fingerprint: 'While S3 fails reads, users get more good answers than S3 gave.',
  remedy: remedies.slow,
  improves: {
    dimension: 'availability',
    figure: ({ incident: { read } }) => shareFigure('failed reads', read.due - read.good, read.due),
  },
  look: (trace) => {
    const phases = phasesFailing(trace, 'read');
    const work = workOf(phases, 'read');
    const s3 = countS3(phases, ['read']);
    const answered = Math.max(0, s3.requests - s3.failed - deniedIn(phases));
    const evidence = [
      shareFigure('good reads of users', work.good, work.due, wilson(work.good, work.due)),
      shareFigure('S3 reads that S3 answered well', answered, s3.requests),
    ];
    if (work.due < SAMPLES_MIN) return cannotTell('In no phase did S3 fail reads for long enough.', evidence);
    const spare = (work.good - answered) / work.due;
    return spare >= WITHOUT_S3
      ? shown(`${percent(spare)} of the reads were served without an answer of S3.`, evidence)
      : notShown(
          spare <= 0
            ? 'Users got no more good reads than S3 answered.'
            : `Only ${percent(spare)} of the reads were served without an answer of S3.`,
          evidence,
        );
  },
};

/** Writes acknowledged while S3 failed writes, and what became of them. */
function ackedMeanwhile(
  trace: Trace,
  phases: ReturnType<typeof phasesFailing>,
): { readonly acked: number; readonly audited: number; readonly inS3: number } {
  const spans = phases.map(({ phase: { start, end } }) => ({ from: start ?? 0, to: end ?? trace.history.lastAt }));
  const counted = { acked: 0, audited: 0, inS3: 0 };
  for (const entry of trace.history.ledger.acked.values()) {
    const { ackedAt } = entry;
    if (!spans.some(({ from, to }) => ackedAt !== null && ackedAt >= from && ackedAt < to)) continue;
    counted.acked += 1;
    const { s3 } = entry;
    if (s3 !== null) counted.audited += 1;
    if (s3?.found === 'present' && fateOf(entry) === 'ok') counted.inS3 += 1;
  }
  return counted;
}

export const writeBehind: Pattern = {
  id: 'write-behind',
  title: 'Write-behind, or buffer and replay',
  fingerprint: 'While S3 fails writes, users get a yes all the same, and the writes are in S3 at the end.',
  remedy: remedies.writes,
  improves: {
    dimension: 'availability',
    figure: ({ incident: { write } }) => shareFigure('failed writes', write.due - write.good, write.due),
  },
  look: (trace) => {
    const phases = phasesFailing(trace, 'write');
    const work = workOf(phases, 'write');
    const s3 = countS3(phases, ['write']);
    const answered = s3.requests - s3.failed;
    const { acked, audited, inS3 } = ackedMeanwhile(trace, phases);
    const evidence = [
      shareFigure('writes with a yes', work.good, work.due, wilson(work.good, work.due)),
      shareFigure('S3 writes that S3 answered well', answered, s3.requests),
      countFigure('of the acknowledged ones in S3 at the end', inS3),
    ];
    if (work.due < SAMPLES_MIN) return cannotTell('In no phase did S3 fail writes for long enough.', evidence);
    const spare = (work.good - answered) / work.due;
    if (spare < WITHOUT_S3) {
      if (work.good / work.due >= TAKEN) return cannotTell('S3 took most writes in another region.', evidence);
      return notShown(
        spare <= 0
          ? 'No more writes were acknowledged than S3 took.'
          : `Only ${percent(spare)} of the writes were acknowledged without S3.`,
        evidence,
      );
    }
    if (acked === 0) return cannotTell('Writes got a yes without S3, but the ledger does not know them.', evidence);
    if (audited === 0) return cannotTell('Writes got a yes without S3, and nobody looked into S3 for them.', evidence);
    if (inS3 / audited >= BROUGHT) {
      return shown(
        `The app said yes to ${plural(acked, 'write')} while S3 failed writes; ${inS3} of them are in S3 now.`,
        evidence,
      );
    }
    return notShown(
      inS3 <= answered
        ? `The app said yes to ${plural(acked, 'write')} without S3, and did not bring them there afterwards.`
        : `The app said yes to ${plural(acked, 'write')} while S3 failed writes, and brought only ${inS3} of them there.`,
      evidence,
    );
  },
};
