import { checkers } from '../checkers/all.ts';
import type { Trace } from '../trace.ts';
import { joined, plural } from '../wording/figures.ts';
import { STALL_MS } from '../history/tool.ts';
import type { Note, ReportFault, ToolHealth } from './measurements.ts';

const note = (kind: Note['kind'], text: string): Note => ({ kind, at: null, text });

/** What the reader should know beside the grade: what happened first, then what limits the grade. */
export function notesOf(trace: Trace, faults: readonly ReportFault[], tool: ToolHealth): readonly Note[] {
  const { history, phases, clock } = trace;
  const { plan, journal } = history;
  const known = new Set(checkers.map(({ id }) => id));
  const strangers = Object.keys(plan.weights).filter((id) => !known.has(id));
  // One that never began had no chance to.
  const began = new Set(history.windows.filter(({ start }) => start !== null).map(({ record }) => record.id));
  const silent = faults.filter(({ id, fired, proved }) => fired === 0 && proved === undefined && began.has(id));
  return [
    ...history.happenings.map(({ kind, t, text }): Note => ({ kind, at: clock.moment(t), text })),
    ...(plan.warnings ?? []).map((warning) => note('plan', warning)),
    ...silent.map(({ sentence, phase }) =>
      note('plan', `Planned, but it never struck (phase ${phase}): ${sentence.replace(/\.$/, '')}.`),
    ),
    ...phases
      .filter(({ phase, whyNot }) => whyNot !== null && phase.start !== null)
      .map(({ phase, whyNot }) => note('grading', `Phase "${phase.record.title}" is not graded. ${whyNot ?? ''}`)),
    ...(strangers.length === 0
      ? []
      : [note('grading', `Weights for unknown dimensions were ignored: ${joined(strangers)}.`)]),
    ...(tool.stalledSeconds > 0
      ? [
          note(
            'tool',
            `Gameday itself stood still for more than ${STALL_MS} ms in ${tool.stalledSeconds} s of the load: slow answers there are not held against the app.`,
          ),
        ]
      : []),
    ...(journal.malformed > 0
      ? [
          note(
            'journal',
            `${plural(journal.malformed, 'line')} could not be read; first: ${journal.firstMalformed ?? ''}`,
          ),
        ]
      : []),
    ...(journal.unknown > 0
      ? [note('journal', `${plural(journal.unknown, 'entry', 'entries')} of a newer Gameday were skipped.`)]
      : []),
    ...(journal.torn ? [note('journal', 'The last line is cut short.')] : []),
  ];
}
