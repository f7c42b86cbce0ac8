import { checkers } from './checkers/all.ts';
import { capRules } from './checkers/checker.ts';
import { scale } from './grade.ts';
import { STALL_MS } from './history/tool.ts';
import { forensicQuestions } from './report/forensics.ts';
import { patterns } from './patterns/all.ts';
import { SAMPLES_MIN, STRUCK_MIN } from './trace.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

/** docs/grading.md: how the grade comes about, from the code that computes it. */
export function gradingDoc(): string {
  const dimensions = checkers.map(
    ({ title, id, question, formula, weight }) =>
      `### ${title} (\`${id}\`)\n\n${question}\n\n${formula}\n\n${weight === 0 ? 'It has no weight: it decides whether the rest can be graded.' : `Default weight ${weight}.`}`,
  );
  return `${[
    '# How a run is graded',
    'Generated from `packages/reporter/src`: the checkers, the caps and the patterns themselves.',
    'A grade rests on the journal alone: `chaos report journal.ndjson` gives the same report, byte for byte. Every dimension answers pass, fail or inconclusive, with a score from 0 to 100 where it has one and the figures that it rests on. Absence of evidence is inconclusive, never a pass.',
    '## Before anything is graded',
    [
      `- **Exposure.** A phase of the incident with a planned fault is graded only where at least ${STRUCK_MIN} of the app's S3 requests met a fault.`,
      `- **Samples.** Nothing is said of a class of requests of which fewer than ${SAMPLES_MIN} were due.`,
      '- **Baseline.** It is measured in the same run, before the first fault; an app that is broken then gets no letter.',
      '- **Open load.** Requests are due on a schedule, latency counts from the moment at which one was due, and one that was never sent counts as failed.',
      `- **The tool.** Where Gameday itself stood still for more than ${STALL_MS} ms (its event loop, or between the moment at which a request was due and the one at which it left), slowness is not laid to the app; where that hides too much, latency and recovery are inconclusive.`,
      '- **Confidence.** Every share that decides something has a 95 % Wilson score interval; a cap applies only where the whole interval is beyond its line.',
    ].join('\n'),
    '## Dimensions',
    ...dimensions,
    '## Letter',
    `The weighted mean of the dimensions that could be graded; those that could not drop out, and the others share their weight. \`weights:\` in chaos.yaml replaces the weights; the letter that the default ones would give is shown beside it. ${scale.map(({ letter, from }) => `${letter} from ${from}`).join(', ')}.`,
    'The report says whether any mix of weights up to 20 % higher or lower would change the letter. It also merges the verdicts of all weighted dimensions: a doubt is worse than a pass, a failure worse than a doubt.',
    '## Caps',
    'What no score makes up for:',
    table(
      ['Cap', 'Rule'],
      Object.entries(capRules).map(([id, { rule }]) => [`\`${id}\``, rule]),
    ),
    '## Objectives',
    '`slo:` in chaos.yaml states what the app promises its users: a share of good requests, or a percentile of latency, by class. They are measured over the graded phases of the incident, with the error budget burned (error ratio / (1 - objective)), and stand beside the letter. They never change it. An objective is missed only where the whole interval says so.',
    '## Seen from S3',
    'What the requests that reached S3 tell of their client: fine, a finding, or cannot tell. It explains the grade and does not change it.',
    table(
      ['Question', 'A finding is'],
      forensicQuestions.map(([, title, , rule]) => [title, rule]),
    ),
    '## Resilience patterns',
    'Told from their traces in the journal: shown, not shown, or cannot tell.',
    table(
      ['Pattern', 'Fingerprint', 'Would improve', 'Source of the remedy'],
      patterns.map(({ title, fingerprint, improves, remedy }) => [
        title,
        fingerprint,
        `\`${improves.dimension}\``,
        remedy.source === null ? '' : `[${remedy.source.title}](${remedy.source.url})`,
      ]),
    ),
  ].join('\n\n')}\n`;
}
