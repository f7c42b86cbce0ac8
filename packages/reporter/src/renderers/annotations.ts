import type { Cause, Dimension } from '../report/basics.ts';
import type { Report } from '../report/report.ts';
import { printable } from '../wording/printable.ts';

/** GitHub shows ten annotations of a kind for a step: https://docs.github.com/actions/reference/limits. */
const SHOWN_MAX = 10;

type Level = 'error' | 'warning' | 'notice';

const data = (text: string): string =>
  printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

const command = (level: Level, title: string, text: string): string =>
  `::${level} title=${property(title)}::${data(text)}`;

const causeText = ({ sentence, remedy }: Cause): string => `${sentence}\nRemedy (${remedy.pattern}): ${remedy.advice}`;

function verdictLine(report: Report): string {
  const title = `Gameday: ${report.letter === null ? 'no grade' : `grade ${report.letter}`}`;
  const level: Level = report.verdict === 'fail' ? 'error' : report.verdict === 'pass' ? 'notice' : 'warning';
  return command(level, title, report.gate === null ? report.headline : `${report.headline} ${report.gate.sentence}`);
}

const doubt = ({ title, summary }: Dimension): string => command('warning', `Gameday: ${title}`, summary);

/** annotations.txt: workflow commands for GitHub Actions; print them in a step and they stand on the run's page. */
export function renderAnnotations(report: Report): string {
  const causes = report.topCauses.map((cause) =>
    command(report.verdict === 'fail' ? 'error' : 'warning', `Gameday: ${cause.remedy.pattern}`, causeText(cause)),
  );
  const doubts = report.dimensions.filter(({ verdict, weight }) => verdict === 'inconclusive' && weight > 0).map(doubt);
  return `${[verdictLine(report), ...causes, ...doubts].slice(0, SHOWN_MAX).join('\n')}\n`;
}
