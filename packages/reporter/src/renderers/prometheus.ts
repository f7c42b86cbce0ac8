import type { Report } from '../report/report.ts';
import { printable } from '../wording/printable.ts';
import { headlineFigures } from './headline-figures.ts';

const escaped = (text: string): string =>
  printable(text)
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll(/[\r\n]+/g, '\\n');

const labels = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');

/** metrics.prom: the headline figures in Prometheus's text format, for the Pushgateway or the node exporter's folder. */
export function renderPrometheus(report: Report): string {
  const common = { target: report.target.name, scenario: report.scenario.name };
  return headlineFigures(report)
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, samples }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} gauge`,
        ...samples.map((sample) => `${name}{${labels({ ...common, ...sample.labels })}} ${sample.value}`),
        '',
      ].join('\n'),
    )
    .join('');
}
