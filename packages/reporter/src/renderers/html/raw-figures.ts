import type { Report } from '../../report/report.ts';
import { type Markup, markup } from '../escape.ts';
import { headlineFigures } from '../headline-figures.ts';
import { section } from './elements.ts';

/** The headline figures as plain lines, to be copied whole: one click selects all of them. */
export function rawFiguresSection(report: Report): Markup {
  const lines = headlineFigures(report).flatMap(({ name, samples }) =>
    samples.map(({ labels, value }) => {
      const of = Object.values(labels).join(' ');
      return `${name}${of === '' ? '' : `\t${of}`}\t${value}`;
    }),
  );
  return section(
    'figures',
    'Figures to copy',
    'One click selects them all. report.json and series.csv beside this page hold everything.',
    markup`<pre class="command" role="region" aria-label="Headline figures, one a line" tabindex="0">${lines.join('\n')}</pre>`,
  );
}
