import type { Cause, Dimension } from '../report/basics.ts';
import type { Report } from '../report/report.ts';
import { printable } from '../wording/printable.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

const attribute = (text: string): string => printable(text).replace(/[&<>"\n\r\t]/g, (char) => escapes[char] ?? char);
const content = (text: string): string => printable(text).replace(/[&<>\r]/g, (char) => escapes[char] ?? char);

const causeText = (cause: Cause): string =>
  [
    cause.sentence,
    ...cause.evidence.map(({ name, text }) => `  ${name}: ${text}`),
    `  Remedy (${cause.remedy.pattern}): ${cause.remedy.advice}`,
    `  Proof: ${cause.remedy.proof}${cause.remedy.source === null ? '' : ` ${cause.remedy.source.url}`}`,
  ].join('\n');

const failureText = ({ summary, causes }: Dimension): string => [summary, ...causes.map(causeText)].join('\n\n');

interface Case {
  readonly name: string;
  readonly verdict: Report['verdict'];
  readonly message: string;
  readonly text: string;
}

const suiteName = (report: Report): string => `gameday.${report.scenario.name}`;

function caseXml(report: Report, { name, verdict, message, text }: Case): string {
  const open = `    <testcase classname="${attribute(suiteName(report))}" name="${attribute(name)}" time="0"`;
  const inner =
    verdict === 'fail'
      ? `<failure message="${attribute(message)}" type="fail">${content(text)}</failure>`
      : `<skipped message="${attribute(message)}"/>`;
  return verdict === 'pass' ? `${open}/>` : `${open}>\n      ${inner}\n    </testcase>`;
}

function gradeCase(report: Report): Case {
  const message = report.gate === null ? report.headline : report.gate.sentence;
  const text = [report.headline, ...report.topCauses.map(causeText)].join('\n\n');
  return { name: 'grade', verdict: report.verdict, message, text };
}

/**
 * JUnit XML: one case a dimension, and one for the whole grade, which follows the gate. An inconclusive one is skipped,
 * with its reason: it neither passed nor failed.
 */
export function renderJunit(report: Report): string {
  const cases: readonly Case[] = [
    ...report.dimensions.map((dimension): Case => ({
      name: dimension.id,
      verdict: dimension.verdict,
      message: dimension.summary,
      text: failureText(dimension),
    })),
    gradeCase(report),
  ];
  const failures = cases.filter(({ verdict }) => verdict === 'fail').length;
  const skipped = cases.filter(({ verdict }) => verdict === 'inconclusive').length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  const time = (report.run.durationMs / 1000).toFixed(3);
  const properties: readonly (readonly [string, string])[] = [
    ['run', report.run.id],
    ['letter', report.letter ?? 'none'],
    ['score', report.score === null ? 'none' : String(report.score)],
    ['verdict', report.verdict],
    ['seed', report.run.seed],
    ['target', report.target.name],
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="Gameday" ${counts} time="${time}">`,
    `  <testsuite name="${attribute(suiteName(report))}" ${counts} time="${time}" timestamp="${attribute(report.run.at)}">`,
    '    <properties>',
    ...properties.map(([name, value]) => `      <property name="${name}" value="${attribute(value)}"/>`),
    '    </properties>',
    ...cases.map((one) => caseXml(report, one)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
