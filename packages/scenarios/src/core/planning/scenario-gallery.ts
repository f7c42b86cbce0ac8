import { compileTimeline } from './compile-timeline.ts';
import { drawTimeline } from './draw-timeline.ts';
import type { Scenario } from '../scenario/scenario.ts';

const WIDTH = 96;

/** The page docs/scenarios.md: every scenario with its drawing, what it teaches, and where its facts come from. */
export function scenarioGallery(scenarios: readonly Scenario[]): string {
  const dated = scenarios.filter(({ clock }) => clock.date !== '');
  const drills = scenarios.filter(({ clock }) => clock.date === '');
  return [
    '# Scenarios',
    'Generated from `scenarios/` by `pnpm generate`. `chaos show NAME` draws one in your terminal, `chaos run NAME --dry-run` ' +
      'tells its plan in English, `chaos run NAME` rehearses it; `--speed` and `--set` change it. How to write your own: ' +
      '[scenario-language.md](scenario-language.md).',
    `${scenarios.length} come with Gameday: ${dated.length} are days of the record, the others drills. In a drawing, ` +
      '`home` is the region that your app lives in. Lengths are those of a run with the default speed, from the first ' +
      'request to the end of the recovery.',
    '| scenario | what happens | run | speed |\n| --- | --- | --- | --- |\n' + scenarios.map(tableRow).join('\n'),
    '## Days of the record',
    ...dated.toSorted(byDate).map(section),
    '## Drills',
    ...drills.map(section),
    '',
  ].join('\n\n');
}

const byDate = (a: Scenario, b: Scenario): number => (a.clock.date < b.clock.date ? -1 : 1);

const tableRow = (scenario: Scenario): string =>
  `| [${scenario.name}](#${scenario.name}) | ${scenario.title} | ${runLength(scenario)} | ${scenario.speed} |`;

function runLength(scenario: Scenario): string {
  const { phases } = compileTimeline(scenario, { homeRegion: 'home', speed: scenario.speed });
  return `${Math.round((phases.at(-1)?.endMs ?? 0) / 1_000)} s`;
}

function section(scenario: Scenario): string {
  const { speed, clock } = scenario;
  const compiled = compileTimeline(scenario, { homeRegion: 'home', speed });
  const drawing = drawTimeline({ ...compiled, clock }, { width: WIDTH });
  return [
    `### ${scenario.name}`,
    `**${scenario.title}.** ${scenario.summary}`,
    `\`\`\`text\n${drawing.trimEnd()}\n\`\`\``,
    `**Lesson.** ${scenario.lesson}`,
    ...(scenario.survivor === null ? [] : [`**Who comes through.** ${scenario.survivor}`]),
    ...(scenario.assumptions.length === 0 ? [] : [assumptions(scenario)]),
    ...(scenario.sources.length === 0 ? [] : [sources(scenario)]),
  ].join('\n\n');
}

function assumptions({ name, assumptions: figures }: Scenario): string {
  const rows = figures.map((figure) => `- \`${figure.name}\` = ${figure.value}: ${figure.why}`);
  return `**Assumed**, where no source gives a figure (\`chaos run ${name} --set ${figures[0]?.name}=…\`):\n\n${rows.join('\n')}`;
}

const sources = ({ sources: all }: Scenario): string =>
  `**Sources**\n\n${all.map(({ title, url }) => `- [${title}](${url})`).join('\n')}`;
