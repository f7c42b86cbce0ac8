import { z } from 'zod';
import { InputError } from './input-error.ts';
import type { PlannedStep, PlannedTarget, PlannedWorkload } from './plan.ts';
import { schemaFindings } from './schema-findings.ts';
import type { AwsSetup } from './target-aws.ts';
import type { TargetStep } from './target-step.ts';
import { targetFindings } from './target-findings.ts';
import { targetJsonSchema, targetSchema, type TargetFile } from './target.ts';
import { templateNames } from './template.ts';
import { locateFindings, type YamlDocument } from './yaml-document.ts';

/** A target, checked, every default filled in; `planExperiment` adds the folder it runs in. */
export interface Target extends Omit<PlannedTarget, 'folder'> {
  readonly patienceMs: number;
  readonly gate: TargetFile['gate'] | null;
  readonly weights: Readonly<Record<string, number>>;
  /** Null where the target declares none: then `GET /` is all that is known of its users. */
  readonly workload: PlannedWorkload | null;
  /** Null for the default: the plan's own length with some to spare. */
  readonly runMinutesMax: number | null;
  /** Where AWS FIS finds the app; left out where the file does not say. */
  readonly aws?: AwsSetup;
}

const DEFAULT_URL = 'http://127.0.0.1:${PORT}';

/**
 * Reads a target from its document.
 * @param recording the steps of its HAR file, where it names one
 * @throws {InputError} with everything that is wrong with the file
 */
export function parseTarget(document: YamlDocument, recording: readonly PlannedStep[] = []): Target {
  const parsed = targetSchema.safeParse(document.data);
  const findings = parsed.success
    ? targetFindings(parsed.data)
    : schemaFindings(parsed.error.issues, document.data, targetJsonSchema());
  if (findings.length > 0 || !parsed.success) throw new InputError(locateFindings(document, findings));
  return targetOf(parsed.data, recording);
}

/** The HAR file that a target names, seen from the target's own; null where it names none. */
export function recordingOf({ data }: YamlDocument): string | null {
  const named = z.object({ workload: z.object({ har: z.string().min(1) }) }).safeParse(data);
  return named.success ? named.data.workload.har : null;
}

/**
 * The target for `chaos run NAME -- command...`: the app is started, one GET is all that is known of its users.
 * @param url where it answers; by default on the loopback port that it is given as `PORT`
 * @param folder in which it runs; its last part becomes the target's name
 */
export function defaultTargetForCommand(command: readonly string[], url: string | null, folder: string): Target {
  const name = folder.split(/[/\\]/).findLast((part) => part !== '') ?? 'app';
  return targetOf(targetSchema.parse({ name, command, ...(url === null ? {} : { url }) }));
}

function targetOf(file: TargetFile, recording: readonly PlannedStep[] = []): Target {
  const buckets = file.buckets.map((bucket) =>
    typeof bucket === 'string'
      ? { name: bucket, region: file.region }
      : { name: bucket.name, region: bucket.region ?? file.region },
  );
  return {
    name: file.name,
    command: file.command ?? null,
    url: (file.url ?? DEFAULT_URL).replace(/\/$/, ''),
    ready: { path: file.ready.path, status: file.ready.status, withinMs: file.ready.within },
    env: {
      ...(file.command === undefined ? {} : { PORT: '${PORT}' }),
      AWS_ENDPOINT_URL_S3: '${S3_ENDPOINT}',
      AWS_REGION: file.region,
      AWS_DEFAULT_REGION: file.region,
      ...file.env,
    },
    homeRegion: file.region,
    replicas: file.replicas,
    buckets,
    patienceMs: file.patience,
    gate: file.gate ?? null,
    weights: file.weights,
    workload: file.workload === undefined ? null : workloadOf(file, buckets, recording),
    runMinutesMax: file.guardrails.minutes ?? null,
    ...(file.aws === undefined ? {} : { aws: file.aws }),
  };
}

function workloadOf(
  file: TargetFile,
  buckets: PlannedTarget['buckets'],
  recording: readonly PlannedStep[],
): PlannedWorkload {
  const steps = file.workload?.steps?.map((step) => stepOf(step, file.patience)) ?? recording;
  const reader = steps.find((step) => step.expect.body.kind === 'entry' && step.request.method === 'GET');
  const appPath = file.audit?.app ?? reader?.request.path.replaceAll('${known}', '${entry}');
  const s3 = file.audit?.s3;
  const s3Region = s3?.region ?? buckets.find(({ name }) => name === s3?.bucket)?.region ?? file.region;
  return {
    perSecond: file.workload?.rate ?? 0,
    steps,
    order: file.workload?.steps === undefined ? 'in-turn' : 'drawn',
    audit: {
      app: appPath === undefined ? null : { path: appPath },
      s3: s3 === undefined ? null : { bucket: s3.bucket, key: s3.key, region: s3Region },
    },
  };
}

function stepOf(step: TargetStep, patienceMs: number): PlannedStep {
  const { request = { method: 'RUN', path: '', headers: {}, body: undefined }, expect, command } = step;
  const names = templateNames(request.path);
  const defaultStatuses = step.class === 'write' ? [200, 201, 202, 204] : [200];
  const statuses = typeof expect.status === 'number' ? [expect.status] : (expect.status ?? defaultStatuses);
  const { headers, body } = request;
  return {
    id: step.id,
    class: step.class,
    weight: step.weight,
    request: { method: request.method, path: request.path, headers, body: bodyOf(body) },
    expect: {
      statuses,
      body: typeof expect.body === 'string' ? { kind: expect.body } : { kind: 'contains', text: expect.body.contains },
    },
    ledger: names.includes('new') ? 'writes' : names.includes('known') ? 'reads' : 'none',
    captures: step.capture,
    command: command === undefined ? null : { words: command, withinMs: step.within ?? patienceMs },
  };
}

function bodyOf(body: NonNullable<TargetStep['request']>['body']): PlannedStep['request']['body'] {
  if (body === undefined) return { kind: 'none' };
  return 'random' in body ? { kind: 'random', bytes: body.random } : { kind: 'text', text: body.text };
}
