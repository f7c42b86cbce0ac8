import picocolors from 'picocolors';
import type { Colors } from 'picocolors/types.js';
import type { Letter } from '../journal/plan-record.ts';
import type { Cause, Verdict } from '../report/basics.ts';
import type { Report } from '../report/report.ts';
import { plainLine } from './escape.ts';
import { costOf, firstSentence, formatCount, formatPoints, furtherReasons, VERDICT_TITLES } from './format.ts';
import { plural } from '../wording/figures.ts';
import { hang } from './terminal/layout.ts';
import { phaseTable } from './terminal/phase-table.ts';
import { inSentence } from '../wording/in-sentence.ts';

export interface TerminalOptions {
  /** Columns of the terminal. Lines fill at most 120 of them, and need 60. */
  readonly width: number;
  readonly color: boolean;
}

const NARROW = 76;

/** What a person reads when a run is over: the letter, why, and what to do about it. About 40 lines, no line end after the last. */
export function renderTerminal(report: Report, { width, color }: TerminalOptions): string {
  const columns = Math.min(120, Math.max(60, Math.floor(width)));
  // Prose wider than this is hard to read.
  const prose = Math.min(columns, 100);
  const colors = picocolors.createColors(color);
  const parts: readonly (readonly string[])[] = [
    heading(report, prose, colors),
    reasons(report, prose, colors),
    report.topCauses.flatMap((cause, index) => causeLines(cause, index + 1, report, prose, colors)),
    report.phases.length === 0 ? [] : phaseTable(report, columns, colors),
    summary(report, prose, colors),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function heading(report: Report, width: number, colors: Colors): readonly string[] {
  const { letter, score, verdict } = report;
  const shade = letter === null ? colors.yellow : letterShade(letter, colors);
  const badge = colors.bold(shade(`[ ${letter ?? '?'} ]`));
  const points = score === null ? 'no score' : `${formatPoints(score)} of 100`;
  const title = `${colors.bold(plainLine(report.target.name))} in ${plainLine(report.scenario.title)}`;
  return [
    hang(`  ${badge}  `, title, width),
    hang('         ', `${verdictWord(verdict, colors)}, ${points}`, width),
    hang('         ', plainLine(report.headline), width),
  ];
}

function reasons(report: Report, width: number, colors: Colors): readonly string[] {
  const further = furtherReasons(report);
  if (further.length === 0) return [];
  return [
    colors.bold('  Further reasons why there is no letter'),
    ...further.map(({ sentence }) => hang('  - ', plainLine(sentence), width)),
  ];
}

function causeLines(cause: Cause, number: number, { grade }: Report, width: number, colors: Colors): readonly string[] {
  const cost = costOf(cause, grade.caps);
  const { pattern, advice } = cause.remedy;
  const remedy = colors.green(plainLine(pattern));
  return [
    hang(`  ${colors.bold(String(number))}  `, `${plainLine(cause.sentence)} ${colors.red(`(cost: ${cost})`)}`, width),
    hang(
      `     ${colors.green('>')} `,
      // A narrow terminal has no lines to spare: the pattern's name must do.
      width < NARROW ? remedy : `${remedy}: ${firstSentence(plainLine(advice))}`,
      width,
    ),
  ];
}

function summary(report: Report, width: number, colors: Colors): readonly string[] {
  const { gate, tool, faults } = report;
  const silent = faults.filter((fault) => fault.fired === 0 && fault.proved === undefined).length;
  const ungraded = report.phases.filter((phase) => !phase.graded).length;
  const entries: readonly (readonly [label: string, text: string | null])[] = [
    ['Writes', ledgerLine(report, colors)],
    ['Grade', gradeLine(report)],
    ['Gate', gate === null ? null : `${verdictWord(gate.verdict, colors)}: ${plainLine(gate.sentence)}`],
    ['Goals', goalsLine(report)],
    ['Showed', patternsLine(report, 'shown')],
    ['Lacked', patternsLine(report, 'not-shown')],
    ['Faults', silent === 0 ? null : `${plural(silent, 'planned fault')} of ${faults.length} never struck.`],
    ['Phases', ungraded === 0 ? null : `* ${plural(ungraded, 'phase')} not graded: too little evidence.`],
    [
      'Ended',
      report.run.end?.reason === 'completed' || report.letter === null ? null : plainLine(report.run.endSentence),
    ],
    [
      'Tool',
      tool.verdict === 'pass' && tool.notImplemented.length === 0
        ? null
        : `${verdictWord(tool.verdict, colors)}: ${plainLine(tool.summary)}`,
    ],
  ];
  return entries.flatMap(([label, text]) =>
    text === null ? [] : [hang(`  ${colors.dim(label.padEnd(6))}  `, text, width)],
  );
}

/** The target's own objectives. */
function goalsLine({ objectives }: Report): string | null {
  if (objectives.length === 0) return null;
  const missed = objectives.filter(({ verdict }) => verdict !== 'pass').map(({ sentence }) => plainLine(sentence));
  const met = `${objectives.length - missed.length} of ${plural(objectives.length, 'objective')} met.`;
  return [met, ...missed].join(' ');
}

function patternsLine({ patterns }: Report, state: 'shown' | 'not-shown'): string | null {
  const titles = patterns.filter((pattern) => pattern.state === state).map(({ title }) => inSentence(plainLine(title)));
  return titles.length === 0 ? null : `${titles.join('; ')}.`;
}

function ledgerLine({ ledger }: Report, colors: Colors): string {
  if (ledger.acked === 0)
    return 'none acknowledged in the ledger; steps with ${new} in their path, or with new:, write to it.';
  const bad = [
    [ledger.lost, 'lost'],
    [ledger.corrupted, 'corrupted'],
    [ledger.duplicated, 'there twice'],
    [ledger.resurrected, 'back after a delete'],
    [ledger.unreadable, 'could not be read back'],
    [ledger.unnamed, 'without an id'],
    [ledger.notAudited - ledger.unnamed, 'not audited'],
  ] as const;
  const parts = bad.flatMap(([count, word]) => (count === 0 ? [] : [colors.red(`${formatCount(count)} ${word}`)]));
  return `${[`${formatCount(ledger.acked)} acknowledged: ${formatCount(ledger.ok)} found`, ...parts].join(', ')}.`;
}

function gradeLine({ grade, letter }: Report): string | null {
  if (grade.letterBeforeCaps === null) return null;
  const caps = grade.caps.filter((cap) => cap.applied).map((cap) => `Cap: ${plainLine(cap.rule)}`);
  const before = letter === grade.letterBeforeCaps ? [] : [`${grade.letterBeforeCaps} before the caps.`];
  const sensitivity = grade.sensitivity === null ? [] : [plainLine(grade.sensitivity.sentence)];
  const custom = grade.defaultWeights === null ? [] : [`With the default weights ${grade.defaultWeights.letter}.`];
  const sentences = [...before, ...caps, ...sensitivity, ...custom];
  return sentences.length === 0 ? null : sentences.join(' ');
}

function verdictWord(verdict: Verdict, colors: Colors): string {
  const shades = { pass: colors.green, fail: colors.red, inconclusive: colors.yellow };
  return shades[verdict](VERDICT_TITLES[verdict]);
}

function letterShade(letter: Letter, colors: Colors): (text: string) => string {
  const shades: Readonly<Record<Letter, (text: string) => string>> = {
    A: colors.green,
    B: colors.green,
    C: colors.yellow,
    D: colors.red,
    F: colors.red,
  };
  return shades[letter];
}
