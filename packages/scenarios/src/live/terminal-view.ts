import { createLogUpdate } from 'log-update';
import type { LivePhase, LiveView } from './core/live-view.ts';
import { countsLine, phaseLines } from './core/plain-lines.ts';
import { terminalFrame } from './core/terminal-frame.ts';

/** Where the run is shown. */
export interface LiveTerminal {
  readonly stream: NodeJS.WriteStream;
  readonly color: boolean;
  /** Redraws in place; without it plain lines are written, one a phase. */
  readonly live: boolean;
}

const REDRAW_EVERY_MS = 250;
/** A log has no width; lines of this length are read without scrolling. */
const LOG_COLUMNS = 110;

/** Shows a run in a terminal, or in a log, while it goes on. Returns the way to stop. */
export function showInTerminal(view: () => LiveView | null, { stream, color, live }: LiveTerminal): () => void {
  const update = createLogUpdate(stream, { showCursor: true });
  let shown: LivePhase | null = null;
  let before: LiveView | null = null;
  /** What stays: a phase as it begins, and in a log what users saw of it when it is over. */
  const write = (lines: readonly string[]): void => {
    if (live) update.clear();
    stream.write(`${lines.join('\n')}\n`);
  };
  const endPhase = (now: LiveView): void => {
    if (shown !== null && !live) write([countsLine(before, now)]);
    before = now;
  };
  const draw = (): void => {
    const now = view();
    if (now === null) return;
    const phase = now.phases.find(({ state }) => state === 'now');
    if (phase !== undefined && phase.id !== shown?.id) {
      endPhase(now);
      write(phaseLines(now, phase, color, live ? stream.columns : LOG_COLUMNS));
      shown = phase;
    }
    if (live) update(terminalFrame(now, { columns: stream.columns, rows: stream.rows, color }).join('\n'));
  };
  const timer = setInterval(draw, REDRAW_EVERY_MS);
  draw();
  return () => {
    clearInterval(timer);
    draw();
    const now = view();
    if (now !== null) endPhase(now);
    if (live) update.clear();
  };
}
