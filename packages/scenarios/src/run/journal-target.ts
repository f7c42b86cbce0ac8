import type { Entry } from '@gameday/reporter/journal';
import type { Target, TargetExit } from '../ports/target.ts';

/** Journals what a target's processes do; calls back when one ends that should not. */
export function journalTarget(
  target: Target,
  command: readonly string[],
  elapsed: () => number,
  write: (entry: Entry) => void,
  onUnexpectedExit: (exit: TargetExit) => void,
): void {
  target.onStart((start) => write({ t: elapsed(), type: 'target.started', ...start, command: [...command] }));
  target.onReadyAgain((ready) => write({ t: elapsed(), type: 'target.ready', ...ready }));
  target.onOutput((line) => write({ t: elapsed(), type: 'target.output', ...line }));
  target.onExit((exit) => {
    write({ t: elapsed(), type: 'target.exited', ...exit });
    if (!exit.expected) onUnexpectedExit(exit);
  });
}
