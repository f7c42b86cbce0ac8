import { z } from 'zod';
import { expandCapacity } from './capacity.ts';
import { parseClock } from '../words/incident-time.ts';
import { InputError, optionError } from '../source/input-error.ts';
import { wordHint } from '../words/nearest-word.ts';
import { phaseMoments } from './phase-moments.ts';
import { phaseTimes, type PhaseTimes, type Span } from './phase-times.ts';
import type { Assumption, PlannedVariable } from '../plan.ts';
import { fillReferences, type Filled } from './references.ts';
import { wholeScenarioJsonSchema } from './scenario-json-schema.ts';
import type { ScenarioPhase, ScenarioTrack } from './scenario-phase.ts';
import { scenarioSchema, type Scenario } from './scenario.ts';
import { schemaFindings } from '../source/schema-findings.ts';
import { isRecord } from '../source/schema-words.ts';
import { describeType, nameClashes, readVariable, readVariables } from './variables.ts';
import { locateFindings, type Finding, type YamlDocument } from '../source/yaml-document.ts';

/** What the user puts in place of assumptions and variables, by name; a text is read as the variable's type wants it. */
export type Sets = Readonly<Record<string, number | string>>;

/**
 * Reads a scenario from its document.
 * @param document with what it extends and includes put in: see `composeScenario`
 * @param sets what replaces assumptions and variables, by name
 * @throws {InputError} with everything that is wrong with the file, or with a name in `sets` that it does not know
 */
export function parseScenario(document: YamlDocument, sets: Sets = {}): Scenario {
  const assumptions = readAssumptions(document.data);
  const variables = readVariables(document.data);
  checkNames(sets, [...assumptions, ...variables]);
  const figures = assumptions.map((assumption) => setAssumption(assumption, sets));
  const knobs = variables.map((variable) => setVariable(variable, sets));
  const filled = fillReferences(document.data, new Map([...figures, ...knobs].map(({ name, value }) => [name, value])));
  const expanded = expandCapacity(filled.data);
  const parsed = scenarioSchema.safeParse(expanded.data);
  const times = phaseTimes(expanded.data);
  const moments = parsed.success && times.findings.length === 0 ? readPhases(parsed.data, times) : null;
  const findings = [
    ...filled.findings,
    ...expanded.findings.map((finding) => inScenarioTerms(finding, filled)),
    ...(parsed.success ? [] : shapeFindings(parsed.error, { ...filled, data: expanded.data })),
    ...times.findings,
    ...(moments?.findings ?? []),
    ...nameClashes(document.data),
    ...[...unused('assumptions', figures, filled), ...unused('variables', knobs, filled)].filter(
      // Who extends a scenario need not use all that it declares.
      ({ path }) => document.locate(path, 'key').file === document.file,
    ),
  ];
  if (findings.length > 0 || !parsed.success || moments === null) {
    throw new InputError(locateFindings(document, findings));
  }
  const { phases, tracks } = moments;
  return { ...outlineOf(parsed.data), assumptions: figures, variables: knobs, phases, tracks, source: document };
}

/** The same scenario with other values in place of some. @throws {InputError} as `parseScenario` */
export function setAssumptions(scenario: Scenario, sets: Sets): Scenario {
  return Object.keys(sets).length === 0 ? scenario : parseScenario(scenario.source, sets);
}

type ScenarioFile = z.output<typeof scenarioSchema>;

function outlineOf(file: ScenarioFile): Omit<Scenario, 'assumptions' | 'variables' | 'phases' | 'tracks' | 'source'> {
  const { name, title, summary, lesson, survivor, sources, viewpoint, clock, speed, hypothesis, guardrails } = file;
  return {
    name,
    title,
    summary,
    lesson,
    survivor: survivor ?? null,
    sources,
    viewpoint,
    speed,
    clock: {
      date: clock?.date ?? '',
      zone: clock?.zone ?? '',
      zeroMinuteOfDay: parseClock(clock?.zero ?? '00:00') ?? 0,
    },
    baselineMs: file.baseline,
    recoveryMs: file.recovery,
    cooldownMs: file.cooldown,
    hypothesis,
    guardrails: {
      abortWhen: guardrails.abortWhen.map(({ class: stepClass, goodBelow, for: forMs }) => ({
        class: stepClass,
        goodShareMin: goodBelow,
        forMs,
      })),
      minutesMax: guardrails.minutes ?? null,
      stopFile: guardrails.stopFile ?? null,
    },
  };
}

interface ReadPhases {
  readonly phases: readonly ScenarioPhase[];
  readonly tracks: readonly ScenarioTrack[];
  readonly findings: readonly Finding[];
}

const NOWHERE: Span = { fromMin: 0, toMin: 0 };

function readPhases(file: ScenarioFile, times: PhaseTimes): ReadPhases {
  const zero = file.clock === undefined ? null : parseClock(file.clock.zero);
  const findings: Finding[] = [];
  const phases = file.phases.map((phase, index): ScenarioPhase => {
    const span = times.spans[index] ?? NOWHERE;
    const { notes, events, findings: outside } = phaseMoments(phase, span, zero, ['phases', index]);
    findings.push(...outside);
    const { id, title, faults, expect, monkey } = phase;
    return { id, title, ...span, notes, events, faults, expect, monkey: monkey ?? null };
  });
  const tracks = file.tracks.map((track, place): ScenarioTrack => ({
    id: track.id,
    phases: track.phases.map((stretch, index) => {
      const span = times.trackSpans[place]?.[index] ?? NOWHERE;
      const moments = phaseMoments(stretch, span, zero, ['tracks', place, 'phases', index]);
      findings.push(...moments.findings);
      return { id: stretch.id, ...span, notes: moments.notes, events: moments.events, faults: stretch.faults };
    }),
  }));
  return { phases, tracks, findings };
}

const assumptionOutline = z.object({ value: z.number(), why: z.string().catch('') });

function readAssumptions(data: unknown): Assumption[] {
  const written = isRecord(data) && isRecord(data['assumptions']) ? data['assumptions'] : {};
  return Object.keys(written).flatMap((name): Assumption[] => {
    const assumption = assumptionOutline.safeParse(written[name]);
    return assumption.success ? [{ name, ...assumption.data, overridden: false }] : [];
  });
}

function checkNames(sets: Sets, known: readonly { readonly name: string }[]): void {
  const names = known.map(({ name }) => name);
  for (const name of Object.keys(sets)) {
    if (names.includes(name)) continue;
    const hint = wordHint(name, names) ?? 'this scenario has nothing to set';
    throw optionError('--set', `"${name}" is no assumption or variable of this scenario`, hint);
  }
}

function setAssumption(assumption: Assumption, sets: Sets): Assumption {
  const { name } = assumption;
  if (!Object.hasOwn(sets, name)) return assumption;
  const value = readVariable('number', sets[name]);
  if (typeof value !== 'number') throw optionError('--set', `${name} must be a number`);
  return { ...assumption, value, overridden: true };
}

function setVariable(variable: PlannedVariable, sets: Sets): PlannedVariable {
  const { name, type } = variable;
  if (!Object.hasOwn(sets, name)) return variable;
  const value = readVariable(type, sets[name]);
  if (value === null) throw optionError('--set', `${name} must be ${describeType(type)}`);
  return { ...variable, value, overridden: true };
}

function shapeFindings(error: z.ZodError, filled: Filled): Finding[] {
  const unknownNames = new Set(filled.findings.map(({ path }) => JSON.stringify(path)));
  return schemaFindings(error.issues, filled.data, wholeScenarioJsonSchema())
    .filter(({ path }) => !unknownNames.has(JSON.stringify(path)))
    .map((finding) => inScenarioTerms(finding, filled));
}

/** Some complaints are about what the file was turned into; the reader must hear about what stands in the file. */
function inScenarioTerms(finding: Finding, filled: Filled): Finding {
  const name = filled.places.get(JSON.stringify(finding.path));
  // The value that does not fit is used here, but it is where it is declared that it must be mended.
  if (name !== undefined) return { ...finding, hint: finding.hint ?? `that is the value of "${name}"` };
  const insideFault = finding.path.includes('fault') && finding.path.at(-1) !== 'fault';
  if (!insideFault || !finding.message.startsWith('must be a map of fields')) return finding;
  return { ...finding, message: 'must be a duration such as 200ms, 20s..60s or {p50: 2s, p99: 10s}' };
}

function unused(
  field: 'assumptions' | 'variables',
  declared: readonly { readonly name: string }[],
  filled: Filled,
): Finding[] {
  const used = new Set(filled.places.values());
  return declared
    .filter(({ name }) => !used.has(name))
    .map(({ name }) => ({
      path: [field, name],
      at: 'key' as const,
      message: 'nothing refers to it, so setting it would change nothing',
      hint: `write \${${name}} where it belongs, or remove it`,
    }));
}
