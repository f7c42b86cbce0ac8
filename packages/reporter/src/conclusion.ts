import type { Judged } from './grade.ts';
import type { RunEnd } from './journal/run-entries.ts';
import type { ToolHealth } from './report/measurements.ts';
import type { Report } from './report/report.ts';
import { SAMPLES_MIN, type Trace } from './trace.ts';
import { percent, plural } from './wording/figures.ts';

type Reason = Report['inconclusive'][number];

/** An app that fails so often before anything is broken has no steady state to compare with. [our choice] */
const BASELINE_GOOD_MIN = 0.95;

const endSentences: Readonly<Record<RunEnd, string>> = {
  completed: 'The run completed its whole plan.',
  interrupted: 'The run was interrupted, and its faults were reverted.',
  guardrail: 'A guardrail aborted the run.',
  'steady-state-failed': 'The app was not in its steady state before anything was broken, so nothing was injected.',
  'target-failed': 'The app did not start, or ended by itself.',
  'tool-error': 'Gameday itself failed.',
};

/** How the run ended, in a sentence. */
export function endSentence(trace: Trace): string {
  const { end, lastAt } = trace.history;
  if (end === null) {
    return `The journal breaks off at ${trace.clock.moment(lastAt).clock}: the run was killed, or the file is cut short.`;
  }
  const detail = end.detail.trim();
  return detail === '' || end.reason === 'completed'
    ? endSentences[end.reason]
    : `${endSentences[end.reason]} ${detail}`;
}

function journalReasons(trace: Trace): readonly Reason[] {
  const { end, hypothesis, journal } = trace.history;
  const reasons: Reason[] = [];
  if (end === null) reasons.push({ id: 'journal-truncated', sentence: endSentence(trace) });
  else if (end.reason !== 'completed') reasons.push({ id: end.reason, sentence: endSentence(trace) });
  else if (journal.torn) {
    reasons.push({ id: 'journal-torn', sentence: 'The last line of the journal is cut short, so it is not whole.' });
  }
  if (journal.malformed > 0) {
    reasons.push({
      id: 'journal-malformed',
      sentence: `${plural(journal.malformed, 'line')} of the journal cannot be read, and any of them might have changed the letter (first: ${journal.firstMalformed ?? 'unknown'}).`,
    });
  }
  if (hypothesis.before === false && end?.reason !== 'steady-state-failed') {
    reasons.push({ id: 'steady-state-failed', sentence: endSentences['steady-state-failed'] });
  }
  return reasons;
}

function baselineReasons(trace: Trace): readonly Reason[] {
  const due = trace.baseline.read.due + trace.baseline.write.due;
  if (due < SAMPLES_MIN) {
    return [
      {
        id: 'baseline-too-small',
        sentence: `Only ${plural(due, 'read or write', 'reads and writes')} were due in the baseline; at least ${SAMPLES_MIN} are needed to compare with.`,
      },
    ];
  }
  const good = trace.baseline.read.good + trace.baseline.write.good;
  return good / due >= BASELINE_GOOD_MIN
    ? []
    : [
        {
          id: 'baseline-broken',
          sentence: `Only ${percent(good / due)} of reads and writes succeeded before anything was broken: mend the app, or what the workload expects of it, first.`,
        },
      ];
}

const withoutScore = (judged: readonly Judged[], id: string): readonly Reason[] =>
  judged
    .filter(({ checker, finding }) => checker.id === id && finding.score === null)
    .map(({ finding }) => ({ id: `${id}-unknown`, sentence: finding.summary }));

/** Why there is no letter, the weightiest reason first; empty where nothing stands against one. */
export function reasonsAgainstALetter(trace: Trace, judged: readonly Judged[], tool: ToolHealth): readonly Reason[] {
  const known: readonly Reason[] = [
    ...journalReasons(trace),
    ...withoutScore(judged, 'exposure'),
    ...(tool.verdict === 'pass' ? [] : [{ id: 'tool-health', sentence: tool.summary }]),
    ...baselineReasons(trace),
    ...withoutScore(judged, 'availability'),
  ];
  const weighed = judged.some(({ finding, weight }) => finding.score !== null && weight > 0);
  return weighed || known.length > 0
    ? known
    : [{ id: 'no-weight', sentence: 'No dimension that could be graded has a weight.' }];
}
