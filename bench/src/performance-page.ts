import type { Figure } from './figure.ts';

/** The figures of one bench with where and when they were measured. */
export interface Measured {
  readonly day: string;
  readonly machine: string;
  readonly figures: readonly Figure[];
}

const verdict = ({ goal, ok, excuse }: Figure): string => {
  if (goal === 'none') return '';
  if (ok) return `${goal}, met`;
  return `${goal}, **missed**${excuse === undefined ? '' : ` (${excuse})`}`;
};

const row = (figure: Figure): string =>
  `| ${[figure.metric, figure.ours, figure.peer, figure.peerName, figure.ratio, verdict(figure)].join(' | ')} |`;

const part = ([name, { day, machine, figures }]: readonly [string, Measured]): string =>
  [
    `## ${name}`,
    '',
    `${day}, ${machine}.`,
    '',
    '| what | ours | theirs | whose | ratio | goal |',
    '| --- | ---: | ---: | --- | ---: | --- |',
    ...figures.map(row),
  ].join('\n');

/** docs/performance.md: every bench's figures, those that miss their goal as well. */
export function performancePage(measured: Readonly<Record<string, Measured>>): string {
  const parts = Object.entries(measured).toSorted(([a], [b]) => a.localeCompare(b));
  return `${[
    '# Performance',
    '',
    'Written by `npx --yes pnpm@12.21.0 bench [NAME] --write`, each bench on the day and the machine that it names. Every',
    'row is measured against its peer in the same run, in interleaved rounds, and is a median: trust the ratios, not the',
    'absolute figures of a virtual machine. CPU is what the scheduler counted for the whole process, the kernel on its',
    'behalf included. What a bench does is told in `bench/src/<name>.bench.ts`.',
    '',
    parts.map(part).join('\n\n'),
  ].join('\n')}\n`;
}
