import type { StepClass } from '@gameday/reporter/journal';
import picocolors from 'picocolors';
import { incidentMoment } from '../core/incident-clock.ts';
import type { Plan, PlannedPhase } from '../core/plan.ts';
import type { RunStatus } from '../run/tally.ts';
import type { Terminal } from './terminal.ts';

const BAR_CELLS = 24;
const REDRAW_EVERY_MS = 200;

/** Shows a run while it goes on: one line redrawn in a terminal, one line a phase elsewhere. Returns the way to stop. */
export function showProgress(
  plan: Plan,
  terminal: Terminal,
  status: () => RunStatus,
  out: (text: string) => void,
): () => void {
  let shown: PlannedPhase | null = null;
  let drawn = false;
  const erase = (): void => {
    if (drawn) out('\r\u001B[2K');
    drawn = false;
  };
  const draw = (): void => {
    const now = status();
    if (now.phase !== shown && now.phase !== null) {
      erase();
      out(`${phaseLine(plan, now.phase, terminal)}\n`);
      shown = now.phase;
    }
    if (!terminal.live) return;
    erase();
    out(statusLine(plan, now, terminal));
    drawn = true;
  };
  const timer = setInterval(draw, REDRAW_EVERY_MS);
  draw();
  return () => {
    clearInterval(timer);
    draw();
    erase();
  };
}

/** `09:37 PST  cliff       capacity is gone; connections die` */
function phaseLine(plan: Plan, phase: PlannedPhase, { color }: Terminal): string {
  const paint = picocolors.createColors(color);
  const time = incidentMoment(plan.clock, phase, phase.startMs) ?? '';
  const width = Math.max(...plan.phases.map(({ id }) => id.length));
  const seconds = `${Math.round((phase.endMs - phase.startMs) / 100) / 10} s`;
  const notes = phase.notes.map((note) => `\n${' '.repeat(11)}${paint.dim(note)}`).join('');
  const name = phase.stage === 'incident' ? paint.bold(phase.id.padEnd(width)) : phase.id.padEnd(width);
  return `${time.padEnd(9)}  ${name}  ${phase.title} ${paint.dim(`(${seconds})`)}${notes}`;
}

/** The line that is redrawn, cut to the terminal's width. */
function statusLine(plan: Plan, now: RunStatus, { color, width }: Terminal): string {
  const paint = picocolors.createColors(color);
  const endMs = plan.phases.at(-1)?.endMs ?? 1;
  const done = Math.min(1, now.loadMs / endMs);
  const filled = Math.round(done * BAR_CELLS);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}`;
  const time = now.phase === null ? null : incidentMoment(plan.clock, now.phase, now.loadMs);
  const where = now.stage === 'preparing' || now.stage === 'auditing' ? now.stage : (time ?? now.stage);
  const classes = (['read', 'write', 'control'] as const).map((stepClass) => recentShare(now, stepClass, color));
  const text = `${bar} ${where.padEnd(10)} ${classes.join('  ')}  waiting ${now.inFlight}  s3 ${now.s3Exchanges} (${now.s3Struck} struck)`;
  return text.length - hiddenChars(text) <= width ? text : `${bar} ${paint.bold(where)}`;
}

function recentShare(now: RunStatus, stepClass: StepClass, color: boolean): string {
  const { due, good } = now.recent[stepClass];
  if (due === 0) return `${stepClass}   --`;
  const paint = picocolors.createColors(color);
  const share = good / due;
  const text = `${String(Math.floor(share * 100)).padStart(3)}%`;
  if (share >= 0.99) return `${stepClass} ${paint.green(text)}`;
  return `${stepClass} ${share >= 0.5 ? paint.yellow(text) : paint.red(text)}`;
}

const ESCAPES = new RegExp(`${String.fromCodePoint(27)}\\[\\d+m`, 'g');
const hiddenChars = (text: string): number => [...text.matchAll(ESCAPES)].reduce((sum, [code]) => sum + code.length, 0);
