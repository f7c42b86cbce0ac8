import type { Note } from '../../report/measurements.ts';
import type { Report } from '../../report/report.ts';
import { type Content, link, type Markup, markup } from '../escape.ts';
import { formatBytes, formatCount, formatDuration, formatTimestamp, NONE, shellWord } from '../format.ts';
import { plural } from '../../wording/figures.ts';
import { dataTable, facts, section, verdictTag } from './elements.ts';

/** What happened beside the plan, in the order in which it happened. */
export function notesSection({ notes }: Report): Markup | null {
  if (notes.length === 0) return null;
  return section(
    'notes',
    'Notes',
    null,
    markup`<ol class="notes">
${notes.map((note) => markup`<li><span class="small">${note.at?.clock ?? NONE}</span><span class="small">${NOTE_KINDS[note.kind]}</span><span>${note.text}</span></li>\n`)}</ol>
`,
  );
}

const NOTE_KINDS: Readonly<Record<Note['kind'], string>> = {
  guardrail: 'guardrail',
  lease: 'lease',
  target: 'the app',
  hypothesis: 'hypothesis',
  event: 'event',
  plan: 'the plan',
  journal: 'the journal',
  tool: 'Gameday',
  grading: 'grading',
};

/** What was run against what, so that anyone can run it again. */
export function planSection(report: Report): Markup {
  const { scenario, target, clock, workload } = report;
  const sources = scenario.sources.map(({ title, url }) => markup`<li>${link(url, title)}</li>`);
  const steps = dataTable({
    caption: `${formatRate(workload.perSecond)} requests a second, open loop`,
    columns: [{ title: 'Step' }, { title: 'Class' }, { title: 'Weight', numeric: true }, { title: 'Does' }],
    rows: workload.steps.map(({ id, class: cls, weight, does }) => [
      id,
      cls,
      formatRate(weight),
      markup`<code>${does}</code>`,
    ]),
  });
  return section('plan', 'The plan', null, [
    markup`<p>${scenario.summary}</p>
<p><b>Lesson.</b> ${scenario.lesson}</p>
<div class="two">
<div>${facts([
      ['Scenario', markup`<code>${scenario.name}</code>`],
      ['Day', clock.date === '' ? 'a drill without a date' : `${clock.date}, ${clock.zone}`],
      ['Speed', `${formatRate(clock.speed)}\u00D7`],
      ['App', target.name],
      ['Home region', target.homeRegion],
      ['Regions', report.regions.join(', ')],
      ['Patience of a user', formatDuration(report.patienceMs)],
      ['Address', markup`<code>${target.url}</code>`],
      [
        'Command',
        target.command.length === 0
          ? 'runs elsewhere'
          : markup`<code>${target.command.map(shellWord).join(' ')}</code>`,
      ],
    ])}${sources.length === 0 ? null : markup`<h3 class="sub">Sources</h3><ul class="plain">${sources}</ul>`}</div>
<div>${steps}</div>
</div>
`,
  ]);
}

/** The command that runs it again, and the health of the tool and its journal, on which the grade rests. */
export function reproduceSection(report: Report): Markup {
  const { run, tool, journal } = report;
  return section(
    'reproduce',
    'Reproduce it',
    'The same seed gives every request the same fate. The report comes from the journal alone, byte for byte.',
    markup`<code class="command" role="region" aria-label="Commands to run it again" tabindex="0">${rerunCommand(report)}
chaos report journal.ndjson</code>
<h3 class="sub">The run</h3>
${facts([
  ['Run', markup`<code>${run.id}</code>`],
  ['Began', timestamp(run.at)],
  ['Took', formatDuration(run.durationMs)],
  [
    'Ended',
    run.end === null ? run.endSentence : `${run.endSentence}${run.end.detail === '' ? '' : ` ${run.end.detail}`}`,
  ],
  ['Seed', markup`<code>${run.seed}</code>`],
  ['Gameday', run.gameday],
  ['Node', run.node],
  ['Platform', run.platform],
])}
<h3 class="sub">Health of the tool</h3>
<p>${verdictTag(tool.verdict)} ${tool.summary}</p>
${facts([
  ['Sent late by (p99, baseline)', tool.sendLagP99Ms === null ? NONE : formatDuration(tool.sendLagP99Ms)],
  ['Due but unsent', formatCount(tool.unsent)],
  ['Longest event-loop delay', tool.loopDelayMsMax === null ? NONE : formatDuration(tool.loopDelayMsMax)],
  ['Most in flight', tool.inFlightMax === null ? NONE : formatCount(tool.inFlightMax)],
  ['Most memory', tool.rssBytesMax === null ? NONE : formatBytes(tool.rssBytesMax)],
  ['Journal', journalHealth(journal)],
])}
`,
  );
}

/** `chaos run` with whatever this run was given. */
export function rerunCommand({ scenario, run, clock, assumptions, gate }: Report): string {
  const sets = assumptions
    .filter(({ overridden }) => overridden)
    .map(({ name, value }) => `--set ${shellWord(`${name}=${value}`)}`);
  return [
    `chaos run ${shellWord(scenario.name)}`,
    `--seed ${shellWord(run.seed)}`,
    `--speed ${clock.speed}`,
    ...sets,
    ...(gate === null ? [] : [`--gate ${gate.letter}`]),
  ].join(' ');
}

export function timestamp(iso: string): Content {
  return markup`<time datetime="${iso}">${formatTimestamp(iso)}</time>`;
}

function journalHealth({ entries, malformed, unknown, torn }: Report['journal']): string {
  const flaws = [
    malformed > 0 ? `${formatCount(malformed)} malformed` : null,
    unknown > 0 ? `${formatCount(unknown)} of an unknown type` : null,
    torn ? 'the last line cut short' : null,
  ].filter((flaw) => flaw !== null);
  return [plural(entries, 'entry', 'entries'), ...flaws].join(', ');
}

function formatRate(value: number): string {
  return String(Math.round(value * 100) / 100);
}
