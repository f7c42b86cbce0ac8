import { z } from 'zod';
import { parseClock } from './incident-time.ts';
import { InputError, optionError } from './input-error.ts';
import { wordHint } from './nearest-word.ts';
import { phaseTimes } from './phase-times.ts';
import type { Assumption } from './plan.ts';
import { fillReferences, type Filled } from './references.ts';
import { scenarioJsonSchema, scenarioSchema, type Scenario } from './scenario.ts';
import { schemaFindings } from './schema-findings.ts';
import { isRecord } from './schema-words.ts';
import { locateFindings, type Finding, type YamlDocument } from './yaml-document.ts';

/**
 * Reads a scenario from its document.
 * @param sets figures that replace assumptions, by name
 * @throws {InputError} with everything that is wrong with the file, or with a name in `sets` that it does not know
 */
export function parseScenario(document: YamlDocument, sets: Readonly<Record<string, number>> = {}): Scenario {
  const assumptions = readAssumptions(document.data, sets);
  const filled = fillReferences(document.data, new Map(assumptions.map(({ name, value }) => [name, value])));
  const parsed = scenarioSchema.safeParse(filled.data);
  const times = phaseTimes(filled.data);
  const findings = [
    ...filled.findings,
    ...(parsed.success ? [] : shapeFindings(parsed.error, filled)),
    ...times.findings,
    ...unusedAssumptions(assumptions, filled),
  ];
  if (findings.length > 0 || !parsed.success) throw new InputError(locateFindings(document, findings));
  const { name, title, summary, lesson, sources, viewpoint, clock, speed, baseline, recovery, phases } = parsed.data;
  return {
    name,
    title,
    summary,
    lesson,
    sources,
    viewpoint,
    speed,
    clock: {
      date: clock?.date ?? '',
      zone: clock?.zone ?? '',
      zeroMinuteOfDay: parseClock(clock?.zero ?? '00:00') ?? 0,
    },
    baselineMs: baseline,
    recoveryMs: recovery,
    assumptions,
    phases: phases.map((phase, index) => {
      const { fromMin, toMin } = times.spans[index] ?? { fromMin: 0, toMin: 0 };
      return { id: phase.id, title: phase.title, fromMin, toMin, notes: phase.notes, faults: phase.faults };
    }),
    source: document,
  };
}

/** The same scenario with other figures in place of some assumptions. @throws {InputError} as `parseScenario` */
export function setAssumptions(scenario: Scenario, sets: Readonly<Record<string, number>>): Scenario {
  return Object.keys(sets).length === 0 ? scenario : parseScenario(scenario.source, sets);
}

const assumptionOutline = z.object({ value: z.number(), why: z.string().catch('') });

function readAssumptions(data: unknown, sets: Readonly<Record<string, number>>): Assumption[] {
  const written = isRecord(data) && isRecord(data['assumptions']) ? data['assumptions'] : {};
  const names = Object.keys(written);
  for (const [name, value] of Object.entries(sets)) {
    if (!names.includes(name)) {
      const hint = wordHint(name, names) ?? 'this scenario has no assumption to set';
      throw optionError('--set', `"${name}" is no assumption of this scenario`, hint);
    }
    if (!Number.isFinite(value)) throw optionError('--set', `${name} must be a number`);
  }
  return names.flatMap((name): Assumption[] => {
    const assumption = assumptionOutline.safeParse(written[name]);
    if (!assumption.success) return [];
    const { value, why } = assumption.data;
    return [{ name, value: sets[name] ?? value, why, overridden: Object.hasOwn(sets, name) }];
  });
}

function shapeFindings(error: z.ZodError, filled: Filled): Finding[] {
  const unknownNames = new Set(filled.findings.map(({ path }) => JSON.stringify(path)));
  return schemaFindings(error.issues, filled.data, scenarioJsonSchema())
    .filter(({ path }) => !unknownNames.has(JSON.stringify(path)))
    .map((finding) => inScenarioTerms(finding, filled));
}

/** Some complaints are about what the file was turned into; the reader must hear about what stands in the file. */
function inScenarioTerms(finding: Finding, filled: Filled): Finding {
  const name = filled.places.get(JSON.stringify(finding.path));
  // The figure that does not fit is used in the fault, but it is the assumption that must be mended.
  if (name !== undefined) return { ...finding, hint: `that is the assumption "${name}"` };
  const insideFault = finding.path.includes('fault') && finding.path.at(-1) !== 'fault';
  if (!insideFault || !finding.message.startsWith('must be a map of fields')) return finding;
  return { ...finding, message: 'must be a duration such as 200ms, 20s..60s or {p50: 2s, p99: 10s}' };
}

function unusedAssumptions(assumptions: readonly Assumption[], filled: Filled): Finding[] {
  const used = new Set(filled.places.values());
  return assumptions
    .filter(({ name }) => !used.has(name))
    .map(({ name }) => ({
      path: ['assumptions', name],
      at: 'key' as const,
      message: 'no fault refers to it, so setting it would change nothing',
      hint: `write \${${name}} where it belongs, or remove it`,
    }));
}
