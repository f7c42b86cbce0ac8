import { bindingCaps } from '../grade.ts';
import type { Cause, Verdict } from '../report/basics.ts';
import type { Report } from '../report/report.ts';
import { duration, percent } from '../wording/figures.ts';
import { printable } from '../wording/printable.ts';

const marks: Readonly<Record<Verdict, string>> = { pass: '✅ pass', fail: '❌ fail', inconclusive: '❔ inconclusive' };

/** Text from a plan or an app is never markup: it stays on its line and in its cell, and links to nothing. */
const plain = (text: string): string =>
  printable(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]#|~]/g, '\\$&')
    .replaceAll('@', '&#64;')
    .replaceAll('://', ':&#47;/');

/** A link only where the address is one of the web's. */
const link = (title: string, url: string): string =>
  /^https?:\/\/[^\s()<>]+$/.test(url) ? `[${plain(title)}](${url})` : plain(title);

const causeLines = (cause: Cause, index: number): readonly string[] => {
  const { pattern, advice, proof, source } = cause.remedy;
  const price = cause.pointsLost > 0 ? ` (${cause.pointsLost.toFixed(1)} points)` : '';
  return [
    `${index + 1}. ${plain(cause.sentence)}${price}`,
    `   - Evidence: ${cause.evidence.map(({ name, text }) => `${plain(name)} ${plain(text)}`).join('; ')}`,
    `   - Remedy: **${plain(pattern)}.** ${plain(advice)} ${plain(proof)}${source === null ? '' : ` ${link(source.title, source.url)}`}`,
  ];
};

function verdictLines(report: Report): readonly string[] {
  const { gate, grade, inconclusive, letter } = report;
  const caps = bindingCaps(grade);
  return [
    `## Gameday: ${plain(report.target.name)} ${letter === null ? 'has no grade' : `gets ${letter}`}`,
    '',
    plain(report.headline),
    '',
    ...(gate === null ? [] : [`**Gate: ${marks[gate.verdict]}.** ${plain(gate.sentence)}`, '']),
    ...(inconclusive.length > 1
      ? ['Why there is no grade:', '', ...inconclusive.map(({ sentence }) => `- ${plain(sentence)}`), '']
      : []),
    ...(letter === null || caps.length === 0
      ? []
      : [
          `The score of ${grade.score?.toFixed(1) ?? '?'} alone would be ${grade.letterBeforeCaps ?? '?'}. What holds the letter down:`,
          '',
          ...caps.map(({ rule, sentence }) => `- ${plain(rule)} ${plain(sentence)}`),
          '',
        ]),
  ];
}

const dimensionLines = (report: Report): readonly string[] => [
  '| Dimension | Verdict | Score | Weight | Result |',
  '| --- | --- | ---: | ---: | --- |',
  ...report.dimensions.map(
    ({ title, verdict, score, weight, summary }) =>
      `| ${plain(title)} | ${marks[verdict]} | ${score === null ? 'none' : score.toFixed(1)} | ${weight} | ${plain(summary)} |`,
  ),
  '',
];

const diagnosisLines = ({ diagnosis, sdkAdvice }: Report): readonly string[] => [
  ...(diagnosis.length === 0
    ? []
    : ['### Diagnosis', '', ...diagnosis.map(({ sentence }) => `- ${plain(sentence)}`), '']),
  ...(sdkAdvice.length === 0
    ? []
    : [
        '### Settings of the AWS SDK',
        '',
        ...sdkAdvice.map(
          ({ setting, measured, advice }) => `- **${plain(setting)}**: ${plain(measured)} ${plain(advice)}`,
        ),
        '',
      ]),
];

const objectiveLines = ({ objectives }: Report): readonly string[] =>
  objectives.length === 0
    ? []
    : [
        '### Objectives of the target',
        '',
        '| Objective | Measured | Error budget burned | Verdict |',
        '| --- | --- | ---: | --- |',
        ...objectives.map(
          ({ wanted, measured, budgetBurned, verdict }) =>
            `| ${plain(wanted)} | ${plain(measured)} | ${budgetBurned === null ? '' : `${budgetBurned} x`} | ${marks[verdict]} |`,
        ),
        '',
      ];

const sightings = { shown: '✅ shown', 'not-shown': '❌ not shown', 'cannot-tell': '❔ cannot tell' } as const;

const patternLines = ({ patterns }: Report): readonly string[] =>
  patterns.length === 0
    ? []
    : [
        '<details><summary>Resilience patterns</summary>',
        '',
        '| Pattern | Seen | What the journal shows | Remedy, where it is missing |',
        '| --- | --- | --- | --- |',
        ...patterns.map(
          ({ title, state, sentence, remedy, improves }) =>
            `| ${plain(title)} | ${sightings[state]} | ${plain(sentence)} | ${remedy === null ? '' : `${plain(remedy.pattern)}. ${plain(remedy.proof)}`}${improves === null ? '' : ` Would have improved: ${plain(improves.figure.name)} ${plain(improves.figure.text)}.`} |`,
        ),
        '',
        '</details>',
        '',
      ];

function phaseLines(report: Report): readonly string[] {
  const titles = new Map(report.phases.map(({ id, title, incidentClock }) => [id, { title, incidentClock }]));
  const late = (ms: number | null): string =>
    ms === null ? '' : ms >= report.patienceMs ? `at least ${duration(report.patienceMs)}` : duration(ms);
  return [
    '<details><summary>Every phase and class</summary>',
    '',
    '| Phase | Clock | Class | Due | Good | Share (95 % interval) | p50 | p95 | p99 | Hangs |',
    '| --- | --- | --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |',
    ...report.table.map((row) => {
      const phase = titles.get(row.phase);
      const share =
        row.availability === null
          ? ''
          : `${percent(row.availability.ratio)} (${percent(row.availability.low)} to ${percent(row.availability.high)})`;
      const cells = [plain(phase?.title ?? row.phase), phase?.incidentClock ?? '', row.class, row.due, row.good, share];
      return `| ${[...cells, late(row.p50Ms), late(row.p95Ms), late(row.p99Ms), row.hangs].join(' | ')} |`;
    }),
    '',
    '</details>',
    '',
  ];
}

/** summary.md: fit for a GitHub step summary or a pull request. */
export function renderMarkdown(report: Report): string {
  const { run, scenario, grade } = report;
  return [
    ...verdictLines(report),
    ...(report.topCauses.length === 0 ? [] : ['### What cost most', '', ...report.topCauses.flatMap(causeLines), '']),
    ...diagnosisLines(report),
    '### The grade',
    '',
    ...dimensionLines(report),
    ...(grade.sensitivity === null ? [] : [plain(grade.sensitivity.sentence), '']),
    ...(grade.defaultWeights === null
      ? []
      : [
          `With the default weights the letter would be ${grade.defaultWeights.letter} (${grade.defaultWeights.score.toFixed(1)}).`,
          '',
        ]),
    ...objectiveLines(report),
    ...patternLines(report),
    ...phaseLines(report),
    ...(report.notes.length === 0
      ? []
      : [
          '<details><summary>Notes</summary>',
          '',
          ...report.notes.map(({ at, text }) => `- ${at === null ? '' : `${plain(at.clock)} `}${plain(text)}`),
          '',
          '</details>',
          '',
        ]),
    `${plain(scenario.title)}. ${plain(run.endSentence)} Run ${plain(run.id)}, seed ${plain(run.seed)}, ${report.clock.speed} times as fast as the incident, Gameday ${plain(run.gameday)}.`,
    '',
  ].join('\n');
}
