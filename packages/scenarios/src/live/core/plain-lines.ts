import picocolors from 'picocolors';
import { wrap } from '../../core/words/text-layout.ts';
import type { LivePhase, LiveView, Tally } from './live-view.ts';

const INDENT = ' '.repeat(11);

/**
 * `09:37 PST  cliff       capacity is gone; connections die`, and what the scenario says of that time.
 * @param columns where notes are wrapped
 */
export function phaseLines(view: LiveView, phase: LivePhase, color: boolean, columns: number): string[] {
  const paint = picocolors.createColors(color);
  const width = Math.max(...view.phases.map(({ id }) => id.length));
  const lasts = `${Math.round((phase.endMs - phase.startMs) / 100) / 10} s`;
  const name = phase.stage === 'incident' ? paint.bold(phase.id.padEnd(width)) : phase.id.padEnd(width);
  return [
    `${(phase.clock ?? '').padEnd(9)}  ${name}  ${phase.title} ${paint.dim(`(${lasts})`)}`,
    ...phase.notes.flatMap((note) =>
      wrap(note, Math.max(30, columns - INDENT.length)).map((line) => `${INDENT}${paint.dim(line)}`),
    ),
  ];
}

const since = (before: Tally | undefined, after: Tally): string =>
  `${after.good - (before?.good ?? 0)} of ${after.due - (before?.due ?? 0)} good`;

/** What users saw between two moments, for a log: `reads 12 of 25 good, writes 3 of 10 good; S3 40 exchanges, 30 struck`. */
export function countsLine(from: LiveView | null, to: LiveView): string {
  const parts = (['read', 'write', 'control'] as const)
    .filter((one) => to.total[one].due > (from?.total[one].due ?? 0))
    .map((one) => `${one === 'control' ? one : `${one}s`} ${since(from?.total[one], to.total[one])}`);
  const exchanges = to.total.s3.due - (from?.total.s3.due ?? 0);
  const struck = to.struck - (from?.struck ?? 0);
  const unanswered = to.unanswered - (from?.unanswered ?? 0);
  const dropped = unanswered === 0 ? '' : `, ${unanswered} connection${unanswered === 1 ? '' : 's'} unanswered`;
  return `${INDENT}${[parts.join(', '), `S3 ${exchanges} exchanges, ${struck} struck${dropped}`].filter((part) => part !== '').join('; ')}`;
}
