import { z } from 'zod';
import { formatDuration } from '../../core/words/duration.ts';
import { draftScenario, type DraftPiece, type ScenarioDraft } from './scenario-draft.ts';
import { parseIsoDuration } from './iso-duration.ts';
import { templateBodySchema, type TemplateAction, type TemplateBody } from './template-body.ts';

/** A template as `CreateExperimentTemplate` takes it, or as `GetExperimentTemplate` gives it. */
const fileSchema = z.union([
  z.object({ experimentTemplate: templateBodySchema }).transform(({ experimentTemplate }) => experimentTemplate),
  templateBodySchema,
]);

/** @returns the template, or what is wrong with what was given */
export function readTemplate(value: unknown): TemplateBody | string {
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const whole = typeof value === 'object' && value !== null && 'experimentTemplate' in value;
  const again = templateBodySchema.safeParse(whole ? value.experimentTemplate : value);
  const issue = again.error?.issues[0];
  return issue === undefined
    ? 'it is no template of FIS'
    : `${issue.path.join('.') || 'the template'}: ${issue.message}`;
}

/** A template of FIS as a scenario, with what the scenario does otherwise or not at all. */
export function importTemplate(body: TemplateBody): ScenarioDraft {
  const times = actionTimes(body.actions);
  const pieces: DraftPiece[] = [];
  const notes: string[] = [];
  for (const [name, action] of Object.entries(body.actions)) {
    const { fromMs, toMs } = times.get(name) ?? { fromMs: 0, toMs: 0 };
    const { faults = [], events = [], note = null } = meaningOf(action, toMs - fromMs);
    pieces.push({ name, fromMs, toMs, faults, events });
    if (note !== null) notes.push(`${name} (${action.actionId}): ${note}`);
  }
  for (const { source, value } of body.stopConditions) {
    if (source === 'none') continue;
    notes.push(`The stop condition ${value ?? source} is not watched here; write guardrails instead.`);
  }
  return draftScenario({
    title: body.description,
    summary: `From a template of AWS FIS: ${body.description}`,
    lesson: 'Say here what an app that does well has understood.',
    pieces,
    notes,
  });
}

interface Meaning {
  readonly faults?: DraftPiece['faults'];
  readonly events?: DraftPiece['events'];
  readonly note?: string;
}

const latencyDocument = z.object({ DelayMilliseconds: z.coerce.number(), Sources: z.string().optional() });

const gone = (where: string): Meaning => ({ faults: [{ regions: [where], fault: 'black-hole' }] });

function meaningOf({ actionId, parameters = {} }: TemplateAction, lengthMs: number): Meaning {
  const { region, scope, duration } = parameters;
  switch (actionId) {
    case 'aws:fis:wait':
      return {};
    case 'aws:network:disrupt-connectivity':
      if (scope === 's3') return gone('home');
      return scope === 'all'
        ? { ...gone('home'), note: 'Only S3 is lost here, not the rest of the network.' }
        : { note: `The scope ${scope ?? ''} does not touch S3: left out.` };
    case 'aws:network:route-table-disrupt-cross-region-connectivity':
      return { ...gone(region ?? 'home'), note: 'Only S3 in that region is lost here.' };
    case 'aws:network:disrupt-vpc-endpoint':
      return { ...gone('home'), note: 'Taken as the endpoint of S3.' };
    case 'aws:s3:bucket-pause-replication': {
      const event = { do: 'pause-replication', for: formatDuration(lengthMs) };
      return {
        events: [event],
        note: `All replication out of the home region pauses, not that to ${region ?? ''} alone.`,
      };
    }
    case 'aws:ec2:stop-instances': {
      const after = parseIsoDuration(parameters['startInstancesAfterDuration'] ?? '');
      const again = after === null ? [] : [{ do: 'restart-target', after: formatDuration(after) }];
      return { events: [{ do: 'stop-target' }, ...again], note: 'The app’s process is stopped, not a machine.' };
    }
    case 'aws:ec2:terminate-instances':
      return { events: [{ do: 'kill-target' }], note: 'The app’s process is killed, not a machine.' };
    case 'aws:ec2:reboot-instances':
    case 'aws:ecs:stop-task':
    case 'aws:eks:pod-delete':
      return { events: [{ do: 'restart-target' }], note: 'The app’s process is stopped and started again.' };
    case 'aws:ecs:task-network-latency':
    case 'aws:eks:pod-network-latency':
      return slow(Number(parameters['delayMilliseconds'] ?? '200'), parameters['sources']);
    case 'aws:ssm:send-command': {
      const document = latencyDocument.safeParse(parseJson(parameters['documentParameters'] ?? ''));
      const isLatency = /AWSFIS-Run-Network-Latency/.test(parameters['documentArn'] ?? '');
      return isLatency && document.success
        ? slow(document.data.DelayMilliseconds, document.data.Sources)
        : { note: 'Gameday knows no such document: left out.' };
    }
    default:
      return actionId.startsWith('gameday:s3:')
        ? gamedayMeaning(actionId, parameters)
        : { note: `Gameday has nothing like it${duration === undefined ? '' : '; its time passes'}: left out.` };
  }
}

function slow(delayMs: number, sources: string | undefined): Meaning {
  if (sources !== undefined && !sources.split(',').includes('S3')) return { note: 'It is not about S3: left out.' };
  return {
    faults: [{ regions: ['home'], fault: { kind: 'latency', delay: formatDuration(delayMs) } }],
    note: 'S3’s answers are delayed, not each packet.',
  };
}

function gamedayMeaning(actionId: string, parameters: Readonly<Record<string, string>>): Meaning {
  const { region = 'home', percentage, code, applied, fault, delayMilliseconds } = parameters;
  const words = (name: string): Readonly<Record<string, readonly string[]>> => {
    const text = parameters[name];
    return text === undefined ? {} : { [name]: text.split(',') };
  };
  const where = {
    regions: [region],
    ...words('classes'),
    ...words('operations'),
    ...words('buckets'),
    ...words('prefixes'),
    ...(percentage === undefined ? {} : { share: Number(percentage) / 100 }),
  };
  switch (actionId) {
    case 'gameday:s3:inject-error': {
      const error = code ?? 'ServiceUnavailable';
      return {
        faults: [{ ...where, fault: applied === 'true' ? { kind: 'http-error', code: error, applied: true } : error }],
      };
    }
    case 'gameday:s3:add-latency':
      return { faults: [{ ...where, fault: { kind: 'latency', delay: formatDuration(Number(delayMilliseconds)) } }] };
    case 'gameday:s3:region-blackout':
      return { faults: [{ regions: [region], fault: 'blackout' }] };
    case 'gameday:s3:inject-fault':
      return { faults: [{ ...where, fault: parseJson(fault ?? '') }] };
    default:
      return { note: 'Put that scenario’s phases here with `- { include: NAME }`: left out.' };
  }
}

/** When each action begins and ends where every action before it completes; milliseconds since the experiment began. */
function actionTimes(actions: TemplateBody['actions']): ReadonlyMap<string, { fromMs: number; toMs: number }> {
  const times = new Map<string, { fromMs: number; toMs: number }>();
  const place = (name: string, above: ReadonlySet<string>): { fromMs: number; toMs: number } => {
    const known = times.get(name);
    const action = actions[name];
    if (known !== undefined) return known;
    if (action === undefined || above.has(name)) return { fromMs: 0, toMs: 0 };
    const before = (action.startAfter ?? []).map((one) => place(one, new Set([...above, name])).toMs);
    const fromMs = Math.max(0, ...before);
    const placed = { fromMs, toMs: fromMs + (parseIsoDuration(action.parameters?.['duration'] ?? '') ?? 0) };
    times.set(name, placed);
    return placed;
  };
  for (const name of Object.keys(actions)) place(name, new Set());
  return times;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
