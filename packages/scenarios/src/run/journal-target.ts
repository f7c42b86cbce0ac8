import type { Entry } from '@gameday/reporter/journal';
import { lastOutput, tellingLine } from '../core/first-steps/last-output.ts';
import type { Target, TargetExit } from '../ports/target.ts';

/** Journals what a target's processes do; calls back when one ends that should not, with the line that says most of why. */
export function journalTarget(
  target: Target,
  command: readonly string[],
  elapsed: () => number,
  write: (entry: Entry) => void,
  onUnexpectedExit: (exit: TargetExit, lastWords: string | null) => void,
): void {
  const printed = lastOutput();
  target.onStart((start) => write({ t: elapsed(), type: 'target.started', ...start, command: [...command] }));
  target.onReadyAgain((ready) => write({ t: elapsed(), type: 'target.ready', ...ready }));
  target.onOutput((line) => {
    printed.add(line.line);
    write({ t: elapsed(), type: 'target.output', ...line });
  });
  target.onExit((exit) => {
    write({ t: elapsed(), type: 'target.exited', ...exit });
    if (!exit.expected) onUnexpectedExit(exit, tellingLine(printed.lines()));
  });
}
