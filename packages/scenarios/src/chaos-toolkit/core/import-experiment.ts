import { z } from 'zod';
import { isRecord } from '../../core/source/schema-words.ts';
import { formatDuration } from '../../core/words/duration.ts';
import { draftScenario, type DraftPiece, type ScenarioDraft } from '../../fis/core/scenario-draft.ts';

const activitySchema = z.looseObject({
  type: z.enum(['action', 'probe']).optional(),
  name: z.string().default('unnamed'),
  ref: z.string().optional(),
  tolerance: z.unknown().optional(),
  background: z.boolean().optional(),
  pauses: z.object({ before: z.coerce.number().optional(), after: z.coerce.number().optional() }).optional(),
  provider: z
    .looseObject({
      type: z.string(),
      module: z.string().optional(),
      func: z.string().optional(),
      url: z.string().optional(),
      path: z.string().optional(),
      arguments: z.unknown().optional(),
    })
    .optional(),
});
type Activity = z.output<typeof activitySchema>;

/** An experiment of Chaos Toolkit, open API 1. What it has beside this is passed over. */
const experimentSchema = z.looseObject({
  title: z.string(),
  description: z.string().default(''),
  'steady-state-hypothesis': z
    .looseObject({ title: z.string().default(''), probes: z.array(activitySchema).default([]) })
    .optional(),
  method: z.array(activitySchema).default([]),
  rollbacks: z.array(activitySchema).default([]),
});
export type ChaosToolkitExperiment = z.output<typeof experimentSchema>;

/** @returns the experiment, or what is wrong with what was given */
export function readExperiment(value: unknown): ChaosToolkitExperiment | string {
  const parsed = experimentSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is none'}`;
}

/** What an activity without a length of its own lasts at least, so that something can be seen of it. */
const SHORTEST_MS = 10_000;

/**
 * An experiment of Chaos Toolkit as a scenario: its hypothesis is Gameday's, its method the phases; rollbacks are what
 * Gameday does by itself. What has nothing like it here is named.
 */
export function importExperiment(experiment: ChaosToolkitExperiment): ScenarioDraft {
  const notes: string[] = [];
  const pieces: DraftPiece[] = [];
  let atMs = 0;
  for (const activity of experiment.method) {
    const { name, pauses, background } = activity;
    atMs += (pauses?.before ?? 0) * 1_000;
    const afterMs = (pauses?.after ?? 0) * 1_000;
    const { faults = [], events = [], lastsMs = 0, note = null } = meaningOf(activity);
    if (note !== null) notes.push(`${name}: ${note}`);
    const faultMs = faults.length > 0 ? Math.max(lastsMs, afterMs, SHORTEST_MS) : lastsMs;
    if (faults.length > 0 || events.length > 0) {
      pieces.push({ name, fromMs: atMs, toMs: atMs + faultMs, faults, events });
    }
    atMs += background === true ? afterMs : Math.max(faultMs, afterMs);
  }
  // A pause at the end is a phase of its own.
  pieces.push({ name: 'end', fromMs: atMs, toMs: atMs, faults: [], events: [] });
  const hypothesis = experiment['steady-state-hypothesis'];
  for (const probe of hypothesis?.probes ?? []) notes.push(`${probe.name}: ${probeNote(probe)}`);
  for (const { name } of experiment.rollbacks) {
    notes.push(`${name} (rollback): every fault heals by itself here, however a run ends; left out.`);
  }
  return draftScenario({
    title: experiment.title,
    summary: experiment.description === '' ? experiment.title : experiment.description,
    lesson:
      hypothesis?.title === undefined || hypothesis.title === ''
        ? 'Say here what an app that does well has understood.'
        : hypothesis.title,
    pieces,
    notes,
    more:
      hypothesis === undefined
        ? {}
        : { hypothesis: { before: { class: 'control', good: 0.95 }, after: { class: 'control', good: 0.95 } } },
  });
}

interface Meaning {
  readonly faults?: DraftPiece['faults'];
  readonly events?: DraftPiece['events'];
  readonly lastsMs?: number;
  readonly note?: string;
}

function meaningOf({ type, ref, provider, name }: Activity): Meaning {
  if (ref !== undefined) return { note: `it refers to ${ref}, which is not looked up: left out.` };
  if (type === 'probe') return { note: 'a probe in the method: Gameday watches the app all the time; left out.' };
  const { module = '', func = '' } = provider ?? {};
  const given = isRecord(provider?.arguments) ? provider.arguments : {};
  if (provider?.type === 'process') return processMeaning(provider.path ?? '', given);
  if (provider?.type === 'http')
    return { note: `it calls ${provider.url ?? 'a URL'}: Gameday calls nothing; left out.` };
  if (module.startsWith('chaostoxi')) return toxicMeaning(func, given);
  if (module.startsWith('chaosaws.fis'))
    return { note: 'import its template: chaos fis import template.json; left out here.' };
  if (module.startsWith('chaosaws.s3')) return { note: `it changes a bucket itself (${func}): left out.` };
  if (/(?:stop|terminate|delete|kill)_(?:instances?|tasks?|pods?)|terminate_pods/.test(func)) {
    return { events: [{ do: 'restart-target' }], note: 'the app’s process is stopped and started again.' };
  }
  if (module === 'time' && func === 'sleep') return { lastsMs: Number(given['secs'] ?? given['seconds'] ?? 0) * 1_000 };
  return { note: `Gameday knows no ${module === '' ? name : `${module}.${func}`}: left out.` };
}

function processMeaning(path: string, given: Readonly<Record<string, unknown>>): Meaning {
  if (/(?:^|\/)sleep$/.test(path)) return { lastsMs: Number(Object.values(given)[0] ?? 0) * 1_000 };
  if (/(?:^|\/)(?:p?kill|killall)$/.test(path)) {
    return { events: [{ do: 'kill-target' }], note: 'the app’s process is killed, and stays down.' };
  }
  return { note: `it runs ${path}: Gameday runs nothing of yours to break things; left out.` };
}

/** Toxics of Toxiproxy, if S3 is what stands behind the proxy. */
function toxicMeaning(func: string, given: Readonly<Record<string, unknown>>): Meaning {
  const note = 'taken to be about S3.';
  const fault = (what: unknown): Meaning => ({ faults: [{ regions: ['home'], fault: what }], note });
  const attributes = isRecord(given['attributes']) ? given['attributes'] : given;
  const { toxic_type: named } = given;
  const toxic = typeof named === 'string' ? named : func.replace(/^create_|_toxic$|_proxy$/g, '');
  switch (toxic) {
    case 'latency':
      return fault({
        kind: 'latency',
        delay: formatDuration(Number(attributes['latency'] ?? given['latency'] ?? 1_000)),
      });
    case 'bandwidth': {
      const kilobytes = Number(attributes['rate'] ?? 1);
      return fault({ kind: 'bandwidth', bytesPerSecond: Math.max(1, kilobytes * 1_024) });
    }
    case 'timeout':
    case 'disable':
      return fault(toxic === 'timeout' ? 'silent' : 'refuse');
    case 'reset_peer':
      return fault('reset');
    case 'limiter':
    case 'limit_data':
      return fault({ kind: 'truncate', afterBytes: Number(attributes['bytes'] ?? 0) });
    default:
      return { note: `Gameday knows no toxic ${toxic}: left out.` };
  }
}

function probeNote({ provider, tolerance }: Activity): string {
  const what = tolerance === undefined ? '' : ` (tolerance ${JSON.stringify(tolerance)})`;
  if (provider?.type === 'http' && provider.url !== undefined) {
    const path = URL.canParse(provider.url) ? new URL(provider.url).pathname : provider.url;
    return `of the hypothesis${what}: write GET ${path} as a step of class control in chaos.yaml; it must be good 95 % of the time.`;
  }
  return `of the hypothesis${what}: Gameday cannot ask it; left out.`;
}
