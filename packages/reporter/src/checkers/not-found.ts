import { fateOf } from '../history/ledger-entry.ts';
import type { Trace } from '../trace.ts';
import { countFigure, plural } from '../wording/figures.ts';
import { remedies } from '../wording/remedies.ts';
import type { CapFinding, CauseDraft } from './checker.ts';
import { staleReads } from './freshness.ts';

/** Fewer are no pattern: a single one may be a race. [our choice] */
const TOLD_MIN = 5;

interface Told {
  /** When they asked, milliseconds since the run began. */
  readonly times: readonly number[];
  /** Readers who were told that something acknowledged does not exist. */
  readonly readers: number;
  /** How often S3 said so in the same phases. */
  readonly s3Said: number;
  /** S3 reads that failed in them. */
  readonly s3Failed: number;
}

/**
 * "Not found" that S3 never said: in phases in which S3 failed reads, more readers were told so than S3 was. What is
 * really lost does not count: then "not found" is true, and durability says the rest.
 */
function told(trace: Trace): Told {
  const { acked } = trace.history.ledger;
  const isThere = (entry: string): boolean => {
    const known = acked.get(entry);
    return known !== undefined && fateOf(known) === 'ok';
  };
  const failing = trace.graded.filter(({ phase }) => phase.exchanges.classes.read.failed > 0);
  const indexes = new Set(failing.map((judged) => trace.phases.indexOf(judged)));
  const missing = staleReads(trace).filter(
    ({ digest, entry, phase }) => digest === null && indexes.has(phase) && isThere(entry),
  );
  return {
    times: missing.map(({ at }) => at),
    readers: missing.length,
    s3Said: failing.reduce((sum, { phase }) => sum + phase.exchanges.absent, 0),
    s3Failed: failing.reduce((sum, { phase }) => sum + phase.exchanges.classes.read.failed, 0),
  };
}

/** Null where S3 said it as often as the app did. */
export function notFoundFinding(trace: Trace): { readonly cause: CauseDraft; readonly cap: CapFinding } | null {
  const { times, readers, s3Said, s3Failed } = told(trace);
  const invented = Math.min(readers - s3Said, s3Failed);
  if (invented < TOLD_MIN) return null;
  const sentence = `${plural(readers, 'reader')} of acknowledged writes were told "not found", which S3 itself said ${s3Said === 0 ? 'never' : plural(s3Said, 'time')} meanwhile; it failed ${plural(s3Failed, 'read')}: the app presented a failure as an absence.`;
  return {
    cap: { id: 'wrong-answers', sentence },
    cause: {
      id: 'availability.not-found',
      sentence,
      evidence: [
        countFigure('readers told "not found" of what is there', readers),
        countFigure('S3 answers that said so', s3Said),
        countFigure('S3 reads that failed', s3Failed),
      ],
      windows: [],
      from: trace.clock.moment(times.reduce((a, b) => Math.min(a, b), Infinity)),
      to: trace.clock.moment(times.reduce((a, b) => Math.max(a, b), -Infinity)),
      cap: 'wrong-answers',
      remedy: remedies.wrongAnswers,
      share: 0,
    },
  };
}
