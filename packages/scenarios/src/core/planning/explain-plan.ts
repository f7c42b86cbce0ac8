import { captureWords } from '../workload/capture.ts';
import { READS_PLACES, membersAudits } from './audit-ways.ts';
import { stepDoes } from './step-does.ts';
import type { FaultWindow } from '@gameday/injector';
import { joinCommand } from '../words/command-line.ts';
import { formatDuration } from '../words/duration.ts';
import { formatIncidentTime } from '../words/incident-time.ts';
import { alarmDoes, probeDoes } from './describe-watch.ts';
import { describeAction } from './describe-action.ts';
import type { Plan, PlannedExpectation, PlannedPhase, PlannedStep } from '../plan.ts';
import { formatPercent, formatSize } from '../words/quantity.ts';
import { stepRates } from '../workload/journeys.ts';
import { labelled, wrap } from '../words/text-layout.ts';

const WIDTH_DEFAULT = 100;
const LABEL = 12;

/**
 * Reads the whole plan aloud, for a person who wants to know what would happen before anything does.
 * @param explain a fault window in one English sentence
 * @param width letters in a line; 100 where left out
 */
export function explainPlan(plan: Plan, explain: (window: FaultWindow) => string, width = WIDTH_DEFAULT): string {
  const { scenario } = plan;
  const seen = scenario.viewpoint === undefined ? '' : `, as seen from ${scenario.viewpoint} the region`;
  const sections = [
    ['This is the plan. Nothing has been started, nothing is touched.'],
    [`${scenario.title} (${scenario.name}${seen})`, ...wrap(scenario.summary, width)],
    scenario.survivor === undefined || scenario.survivor === null
      ? []
      : labelled('Survivor', scenario.survivor, LABEL, width),
    [
      ...clockLines(plan, width),
      ...appLines(plan, width),
      ...loadLines(plan, width),
      ...auditLines(plan, width),
      ...watchLines(plan, width),
    ],
    ['What happens, in time since the load begins:'],
    ...plan.phases.map((phase) => phaseLines(plan, phase, explain, width)),
    guardrailLines(plan, width),
    variableLines(plan, width),
    assumptionLines(plan, width),
    sourceLines(plan),
    ...plan.warnings.map((warning) => labelled('Warning', warning, LABEL, width)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function clockLines(plan: Plan, width: number): string[] {
  const { clock, phases } = plan;
  const total = phases.at(-1)?.endMs ?? 0;
  const incident = phases.filter((phase) => phase.stage === 'incident');
  const fromMin = incident[0]?.incidentFromMin ?? 0;
  const toMin = incident.at(-1)?.incidentToMin ?? 0;
  const day = clock.date === '' ? '' : ` ${clock.zone} on ${clock.date}`;
  const pace =
    clock.speed === 1
      ? 'as fast as it says'
      : `${clock.speed} times as fast: a minute here is ${formatDuration(clock.speed * 60_000)} there`;
  const span = `${formatIncidentTime(clock, fromMin)} to ${formatIncidentTime(clock, toMin)}${day}`;
  const cooldown = plan.cooldownMs ?? 0;
  const drained = cooldown === 0 ? '' : `${formatDuration(cooldown)} without load, `;
  const guard = `at the latest after ${roughly(plan.guardrails.runMsMax)} all is healed and the run ends`;
  return [
    ...labelled('Incident', `${span}, ${pace}.`, LABEL, width),
    ...labelled('Length', `${roughly(total)} of load, ${drained}then the audit; ${guard}.`, LABEL, width),
    ...labelled(
      'Seed',
      `"${plan.seed}": the same requests meet the same fate whenever it is given again.`,
      LABEL,
      width,
    ),
  ];
}

function appLines(plan: Plan, width: number): string[] {
  const { target } = plan;
  const { path, status, withinMs } = target.ready;
  const start =
    target.command === null
      ? `${target.name} is taken to run already at ${target.url}`
      : `${target.name} is started in ${target.folder} with: ${joinCommand(target.command)}`;
  const env = Object.entries(target.env).map(([name, value]) => `${name}=${value}`);
  const buckets = target.buckets.map(({ name, region }) => `${name} in ${region}`);
  const ready = `It is ready when GET ${target.url}${path} gives ${status}, within ${formatDuration(withinMs)}.`;
  return [
    ...labelled('App', `${start}. ${ready}`, LABEL, width),
    ...(target.command === null ? [] : labelled('Environment', env.join(' '), LABEL, width)),
    ...labelled('S3', `Regions ${plan.regions.join(', ')}; buckets ${buckets.join(', ') || 'none'}.`, LABEL, width),
  ];
}

function loadLines(plan: Plan, width: number): string[] {
  const { steps, perSecond, journeys = [], connections, sockets } = plan.workload;
  const rates = stepRates(plan.workload);
  const all = [...rates.values()].reduce((sum, rate) => sum + rate, 0);
  const what = journeys.length === 0 ? 'requests' : 'arrivals';
  const fresh = connections === 'fresh' ? ', a fresh connection for each' : '';
  const bound = sockets === undefined ? '' : `, at most ${sockets} at once`;
  const rate = `${Number(perSecond.toFixed(2))} ${what} a second, sent on schedule whatever the app does${fresh}${bound}; `;
  const wait = `a user waits ${formatDuration(plan.patienceMs)} for an answer.`;
  const line = (text: string): string[] => labelled('', text, LABEL, width);
  return [
    ...labelled('Load', `${rate}${wait}`, LABEL, width),
    ...steps.flatMap((step) =>
      line(`${formatPercent((rates.get(step.id) ?? 0) / all)} ${step.id} (${step.class}): ${explainStep(step)}`),
    ),
    ...journeys.flatMap(({ id, steps: names, think }) =>
      line(
        `Journey ${id}: ${names.join(', then ')}, with ${formatDuration(think.meanMs)} of thought between (${think.kind}).`,
      ),
    ),
  ];
}

function explainStep(step: PlannedStep): string {
  const { request, expect, command } = step;
  if (command !== undefined && command !== null) {
    return `${stepDoes(step)}; good is exit code 0 within ${formatDuration(command.withinMs)}.`;
  }
  const body = request.body.kind === 'random' ? ` with ${formatSize(request.body.bytes)}` : '';
  const good = expect.statuses.join(' or ');
  const content = {
    any: '',
    entry: ' and the very bytes that were acknowledged',
    contains: expect.body.kind === 'contains' ? ` and "${expect.body.text}" in the answer` : '',
  };
  const { givenId = null, idempotencyHeader = null } = step;
  const gives = givenId === null ? '' : `, with the new entry’s id in ${captureWords(givenId)}`;
  const key = idempotencyHeader === null ? '' : ` and a key of its own as ${idempotencyHeader}`;
  return `${request.method} ${request.path}${body}${key}; good is ${good}${content[expect.body.kind]}${gives}.`;
}

function auditLines(plan: Plan, width: number): string[] {
  const { command } = plan.workload.audit;
  const members = membersAudits(plan);
  const places = plan.workload.steps.filter(({ ledger }) => READS_PLACES.has(ledger));
  const ways = [
    ...members.flatMap(({ app }) => (app === null ? [] : [`through the app (GET ${app.path})`])),
    ...places.map(({ request }) => `through the app (GET ${request.path})`),
    ...members.flatMap(({ list = null }) => (list === null ? [] : [`in the app's list (GET ${list.path})`])),
    ...members.flatMap(({ s3 }) =>
      s3.map(({ bucket, key, region }) => `straight from S3 (${bucket}/${key} in ${region})`),
    ),
    ...(command === undefined || command === null ? [] : [`by ${joinCommand(command.words)}`]),
  ];
  const text =
    ways.length === 0
      ? 'None: nothing says how an entry is read back.'
      : `After recovery every acknowledged write is read back ${ways.join(', ')}.`;
  return labelled('Audit', text, LABEL, width);
}

const EXPECTED = { fires: '; it should', quiet: '; it should not', any: '' } as const;

function watchLines({ probes = [], alarms = [] }: Plan, width: number): string[] {
  return [
    ...probes.flatMap((probe, index) =>
      labelled(index === 0 ? 'Probes' : '', `${probe.id}: ${probeDoes(probe)}.`, LABEL, width),
    ),
    ...alarms.flatMap((alarm, index) =>
      labelled(index === 0 ? 'Alarms' : '', `${alarm.id}: ${alarmDoes(alarm)}${EXPECTED[alarm.expect]}.`, LABEL, width),
    ),
  ];
}

function phaseLines(
  plan: Plan,
  phase: PlannedPhase,
  explain: (window: FaultWindow) => string,
  width: number,
): string[] {
  const { clock } = plan;
  const { incidentFromMin: from, incidentToMin: to } = phase;
  const then =
    from === null || to === null ? '' : ` (${formatIncidentTime(clock, from)} to ${formatIncidentTime(clock, to)})`;
  const span = `${roughly(phase.startMs)} to ${roughly(phase.endMs)}`;
  const windows = plan.timeline.windows.filter(({ startMs, endMs }) => startMs < phase.endMs && endMs > phase.startMs);
  const sentences = windows.map((window) => {
    const going = window.startMs < phase.startMs ? 'goes on: ' : '';
    return `${going}${explain(window)}`;
  });
  return [
    `  ${span}  ${phase.id}${then}: ${phase.title}`,
    ...phase.notes.flatMap((note) => labelled('      note', note, 12, width)),
    ...(windows.length > 1 ? ['      One after the other, each of what the ones before it left:'] : []),
    ...sentences.flatMap((sentence) => labelled('      -', sentence, 8, width)),
    ...(plan.events ?? [])
      .filter((event) => event.phase === phase.id)
      .flatMap((event) => labelled('      *', describeAction(event, roughly), 8, width)),
    ...(plan.expectations ?? [])
      .filter((expectation) => expectation.phase === phase.id)
      .flatMap((expectation) => labelled('      =', explainExpectation(expectation), 8, width)),
  ];
}

function explainExpectation({ class: stepClass, goodShareMin, withinMs }: PlannedExpectation): string {
  const within = withinMs === null ? '' : ` within ${formatDuration(withinMs)}`;
  return `Expected: at least ${formatPercent(goodShareMin)} of ${stepClass} requests are answered well${within}.`;
}

function guardrailLines(plan: Plan, width: number): string[] {
  const { abortWhen = [], stopFile = null } = plan.guardrails;
  const rules = [
    ...abortWhen.map(
      ({ class: stepClass, goodShareMin, forMs }) =>
        `less than ${formatPercent(goodShareMin)} of ${stepClass} requests are answered well for ${formatDuration(forMs)}`,
    ),
    ...(stopFile === null ? [] : [`the file ${stopFile} appears`]),
  ];
  if (rules.length === 0) return [];
  return labelled('Guardrails', `All is healed and the run ends as soon as ${rules.join(', or ')}.`, LABEL, width);
}

function variableLines({ variables = [] }: Plan, width: number): string[] {
  if (variables.length === 0) return [];
  const column = Math.max(...variables.map(({ name, value }) => name.length + String(value).length)) + 7;
  return [
    'Variables of the drill (--set name=value):',
    ...variables.flatMap(({ name, value, about, overridden }) =>
      labelled(`  ${name} = ${value}`, overridden ? 'Set by you.' : about, column, width),
    ),
  ];
}

function assumptionLines(plan: Plan, width: number): string[] {
  if (plan.assumptions.length === 0) return [];
  const column = Math.max(...plan.assumptions.map(({ name }) => name.length)) + 12;
  return [
    'Assumptions, where the sources give no figure (--set name=value puts another in its place):',
    ...plan.assumptions.flatMap(({ name, value, why, overridden }) =>
      labelled(`  ${name} = ${value}`, overridden ? 'Set by you.' : why, column, width),
    ),
  ];
}

function sourceLines(plan: Plan): string[] {
  if (plan.scenario.sources.length === 0) return [];
  return ['Sources:', ...plan.scenario.sources.map(({ title, url }) => `  ${title}\n    ${url}`)];
}

/** To a tenth of a second, which is enough to read. */
function roughly(ms: number): string {
  return formatDuration(Math.round(ms / 100) * 100);
}
